/** run: how passes read and write numbers of 32 bits and of 16, four at a time. */
import type { Bytes } from "./bytes.ts";
import type { Functions } from "./functions.ts";
import { v128Load, v128Load16s, v128Store, v128Store16s } from "./instructions.ts";

export interface Access {
  /** The power of two that is the number of bytes of each. */
  readonly shift: number;
  /** Four, so many elements after an address. */
  readonly load: (from: number) => Bytes;
  readonly store: (from: number) => Bytes;
  /** The first of four, where their number follows on the stack. */
  readonly loadPart: (functions: Functions) => Bytes;
  readonly storePart: (functions: Functions) => Bytes;
}

export const WHOLE: Access = Object.freeze({
  shift: 2,
  load: (from) => v128Load(4 * from),
  store: (from) => v128Store(4 * from),
  loadPart: (functions) => functions.call("load_part"),
  storePart: (functions) => functions.call("store_part"),
} satisfies Access);

/** 16 bits stand in the lower half of a lane. */
export const SHORT: Access = Object.freeze({
  shift: 1,
  load: (from) => v128Load16s(2 * from),
  store: (from) => v128Store16s(2 * from),
  loadPart: (functions) => functions.call("load_part_16s"),
  storePart: (functions) => functions.call("store_part_16s"),
} satisfies Access);
