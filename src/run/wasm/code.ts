/** run: a function of a module while it is written: its locals and its instructions. */
import type { Bytes } from "./bytes.ts";
import { unsigned, vector } from "./bytes.ts";
import type { WasmType } from "./instructions.ts";
import { end, TYPE_CODES } from "./instructions.ts";

export interface Signature {
  readonly params: readonly WasmType[];
  readonly result?: WasmType;
}

/** A function as the code section has it, but for its length and the numbers of those that it calls. */
export interface Written extends Signature {
  readonly body: Bytes;
}

/** Whoever writes a function asks it for locals and hands it instructions. */
export class Code implements Written {
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

  get body(): Bytes {
    return [localsOf(this.locals), this.code, end];
  }
}

/** Locals in runs of one type. */
function localsOf(locals: readonly WasmType[]): Bytes {
  const runs: [count: number, type: WasmType][] = [];
  for (const type of locals) {
    const last = runs.at(-1);
    if (last?.[1] === type) last[0] += 1;
    else runs.push([1, type]);
  }
  return vector(runs.map(([count, type]) => [unsigned(count), TYPE_CODES[type]]));
}
