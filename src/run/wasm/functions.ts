/** run: the functions of a module under way. Those that others call are added when the first of them asks. */
import { bug } from "../../base/errors.ts";
import type { Bytes } from "./bytes.ts";
import { ascii, sized, unsigned, vector } from "./bytes.ts";
import type { Code } from "./code.ts";
import { HELPERS } from "./helpers.ts";
import type { WasmType } from "./instructions.ts";
import { call, end, TYPE_CODES } from "./instructions.ts";
import type { Compiled, Signature } from "./kernel.ts";
import { compileKernel, signatureOf } from "./kernel.ts";
import { KERNELS } from "./kernels/all.ts";

const typeText = ({ params, result }: Signature): string => `${params.join()}>${result ?? ""}`;

/** Collects functions and gives out their indices. */
export class Functions {
  readonly #made: (Compiled | undefined)[] = [];
  readonly #indices = new Map<string, { readonly index: number; readonly signature: Signature }>();
  readonly #types = new Map<string, Signature>();
  readonly #exports: (readonly [name: string, index: number])[] = [];

  /** Adds an exported function. Its name is ours: names of a spec stay out of the module's code. */
  exported(name: string, code: Code): void {
    this.#exports.push([name, this.#made.length]);
    this.#made.push(code);
    this.#type(code);
  }

  /** Calls one of our own functions, by its name. */
  call(name: string): Bytes {
    return call(this.named(name).index);
  }

  /** Whether a function has been asked for. */
  has(name: string): boolean {
    return this.#indices.has(name);
  }

  named(name: string): { readonly index: number; readonly signature: Signature } {
    const known = this.#indices.get(name);
    if (known !== undefined) return known;
    const kernel = KERNELS.get(name);
    const helper = HELPERS.get(name);
    const index = this.#made.length;
    this.#made.push(undefined);
    if (kernel === undefined && helper === undefined) throw bug(`no function ${name}`);
    const made = kernel === undefined ? helper?.(this) : undefined;
    const signature = (kernel === undefined ? made : signatureOf(kernel)) as Signature;
    const entry = { index, signature };
    this.#indices.set(name, entry);
    this.#made[index] = made ?? compileKernel(kernel as string, (callee) => this.named(callee));
    this.#type(signature);
    return entry;
  }

  #type(signature: Signature): void {
    const text = typeText(signature);
    if (!this.#types.has(text)) this.#types.set(text, signature);
  }

  /** Contents of the sections of types, functions, exports and code. */
  sections(): { readonly types: Bytes; readonly functions: Bytes; readonly exports: Bytes; readonly code: Bytes } {
    const made = this.#made as readonly Compiled[];
    const order = [...this.#types.keys()];
    const codes = (types: readonly WasmType[]) => vector(types.map((type) => [TYPE_CODES[type]]));
    return {
      types: vector(
        [...this.#types.values()].map(({ params, result }) => [
          0x60,
          ...codes(params),
          ...codes(result === undefined ? [] : [result]),
        ]),
      ),
      functions: vector(made.map((one) => unsigned(order.indexOf(typeText(one))))),
      exports: vector(this.#exports.map(([name, index]) => [...ascii(name), 0, ...unsigned(index)])),
      code: vector(made.map(({ locals, code }) => sized([...localsOf(locals), ...code, ...end]))),
    };
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
  return vector(runs.map(([count, type]) => [...unsigned(count), TYPE_CODES[type]]));
}
