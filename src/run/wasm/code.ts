/** run: a function of a module while it is written: its locals and its instructions. */
import type { Bytes } from "./bytes.ts";
import type { WasmType } from "./instructions.ts";
import type { Signature } from "./kernel.ts";

/** Whoever writes a function asks it for locals and hands it instructions. */
export class Code implements Signature {
  readonly params: readonly WasmType[];
  readonly result?: WasmType;
  readonly locals: WasmType[] = [];
  readonly code: Bytes[] = [];

  constructor({ params, result }: Signature) {
    this.params = params;
    if (result !== undefined) this.result = result;
  }

  /** A new local. */
  local(type: WasmType): number {
    this.locals.push(type);
    return this.params.length + this.locals.length - 1;
  }

  add(...instructions: readonly Bytes[]): this {
    this.code.push(...instructions);
    return this;
  }

  /** Instructions that `write` adds, for a place inside others. */
  inside(write: () => void): Bytes {
    const before = this.code.length;
    write();
    return this.code.splice(before);
  }
}
