/** run: the functions of a module under way. Those that others call are added when the first of them asks. */
import type { Bytes } from "./bytes.ts";
import { ascii, sized, unsigned, vector } from "./bytes.ts";
import type { Signature, Written } from "./code.ts";
import { Code } from "./code.ts";
import type { WasmType } from "./instructions.ts";
import { call, TYPE_CODES } from "./instructions.ts";
import { ownFunction } from "./own-functions.ts";

/** No name of a function. */
const START = "=start";

const typeText = ({ params, result }: Signature): string => `${params.join()}>${result ?? ""}`;

/** Collects functions; they are numbered in the order in which they were first named. */
export class Functions {
  readonly #made = new Map<string, Written>();
  readonly #exports: string[] = [];

  /** Adds an exported function. Its name is ours: names of a spec stay out of the module's code. */
  exported(name: string, code: Code): void {
    this.#exports.push(name);
    this.#made.set(name, code);
  }

  /** Exports one of our own functions, by its name. */
  exportNamed(name: string): void {
    this.#need(name);
    this.#exports.push(name);
  }

  /** Calls one of our own functions, by its name. */
  call(name: string): Bytes {
    this.#need(name);
    return call(name);
  }

  /** Has the module call some of our own functions when it starts. */
  atStart(names: readonly string[]): void {
    if (names.length === 0) return;
    const calls = names.map((name) => this.call(name));
    this.#made.set(START, new Code({ params: [] }).add(...calls));
  }

  /** Whether a function is needed. */
  has(name: string): boolean {
    return this.#made.has(name);
  }

  #need(name: string): void {
    if (this.#made.has(name)) return;
    const own = ownFunction(name);
    this.#made.set(name, own);
    for (const callee of own.callees) this.#need(callee);
  }

  /** Contents of the sections of types, functions, exports, the start and code. */
  sections(): {
    readonly types: Bytes;
    readonly functions: Bytes;
    readonly exports: Bytes;
    readonly start: Bytes;
    readonly code: Bytes;
  } {
    const made = [...this.#made.values()];
    const numbers = new Map([...this.#made.keys()].map((name, i) => [name, i]));
    const numberOf = (name: string) => numbers.get(name) as number;
    const texts = made.map(typeText);
    const types = new Map(made.map((one, i) => [texts[i] as string, one]));
    const order = [...types.keys()];
    const codes = (of: readonly WasmType[]) => vector(of.map((type) => [TYPE_CODES[type]]));
    return {
      types: vector(
        [...types.values()].map(({ params, result }) => [
          0x60,
          codes(params),
          codes(result === undefined ? [] : [result]),
        ]),
      ),
      functions: vector(texts.map((text) => unsigned(order.indexOf(text)))),
      exports: vector(this.#exports.map((name) => [ascii(name), 0, unsigned(numberOf(name))])),
      start: this.#made.has(START) ? unsigned(numberOf(START)) : [],
      code: vector(made.map(({ body }) => sized(body, numberOf))),
    };
  }
}
