/** run: the sections of a module put together. */
import type { Bytes } from "./bytes.ts";
import { ascii, binary64, binary64s, flat, section, sized, unsigned, vector } from "./bytes.ts";
import type { Functions } from "./functions.ts";
import { end, i32Const } from "./instructions.ts";
import type { List } from "./lists.ts";
import { TABLES } from "./tables.ts";

/** A memory that threads share has a limit, in pages of 64 KiB. */
export interface SharedMemory {
  readonly most: number;
}

export interface Parts {
  readonly functions: Functions;
  readonly lists: readonly List[];
  readonly custom: readonly Bytes[];
  readonly shared: SharedMemory | undefined;
}

const PREAMBLE: Bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const SECTIONS = Object.freeze({
  types: 1,
  imports: 2,
  functions: 3,
  globals: 6,
  exports: 7,
  start: 8,
  code: 10,
  data: 11,
});
const [MEMORY, PLAIN, SHARED] = [2, 0, 3];

/** Two binary64: the head and the tail of what a large argument is reduced to. */
const GLOBALS: Bytes = vector([0, 0].map((value) => [0x7c, 1, 0x44, binary64(value), end]));

/** The bytes of a module. */
export function assembled({ functions, lists, custom, shared }: Parts): Uint8Array<ArrayBuffer> {
  const limits = shared === undefined ? [PLAIN, 1] : [SHARED, 1, unsigned(shared.most)];
  const tables = TABLES.filter(({ reader }) => functions.has(reader));
  functions.atStart(tables.flatMap(({ filler }) => filler ?? []));
  const data = [...tables, ...lists]
    .filter(({ numbers }) => numbers.length > 0)
    .map(({ at, numbers }) => [0, i32Const(at), end, sized([binary64s(numbers)])]);
  const { types, functions: signatures, exports, start, code } = functions.sections();
  return flat([
    PREAMBLE,
    section(SECTIONS.types, types),
    section(SECTIONS.imports, vector([[ascii("host"), ascii("memory"), MEMORY, limits]])),
    section(SECTIONS.functions, signatures),
    functions.has("reduce_large") ? section(SECTIONS.globals, GLOBALS) : [],
    section(SECTIONS.exports, exports),
    start.length === 0 ? [] : section(SECTIONS.start, start),
    section(SECTIONS.code, code),
    data.length === 0 ? [] : section(SECTIONS.data, vector(data)),
    ...custom,
  ]);
}
