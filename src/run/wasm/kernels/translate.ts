/**
 * run: a small language for the scalar functions inside a module, and its translation. Our own texts alone are written in
 * it. Numbers with a point or an exponent are f64, others i32; there is no conversion but by name; all operands of `&&`, `||`
 * and `?:` are worked out, which nothing can tell as no expression has an effect.
 */
import { bug } from "../../../base/errors.ts";
import type { Bytes } from "../bytes.ts";
import type { Signature } from "../code.ts";
import { Code } from "../code.ts";
import type { WasmType } from "../instructions.ts";
import {
  call,
  f64Const,
  get,
  giveBack,
  i32Const,
  loop,
  select,
  set,
  unreachable,
  when,
} from "../instructions.ts";
import { BUILTINS, OPERATORS } from "./operations.ts";

/** A value that an expression leaves on the stack. */
export interface Value {
  readonly type: WasmType | "none";
  readonly code: Bytes;
}

const TOKEN =
  /0x[0-9a-f]+|[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?|[a-zA-Z_]\w*|<<|>>>|>>|<=|>=|==|!=|&&|\|\||\S/g;

/** How tightly a sign binds. */
const LEVELS: ReadonlyMap<string, number> = new Map(
  ["||", "&&", "|", "^", "&", "== !=", "< <= > >=", "<< >> >>>", "+ -", "* /"].flatMap((signs, level) =>
    signs.split(" ").map((sign) => [sign, level] as const),
  ),
);

/** What a text's first line says: `f64 name(f64 x, i32 n)`, or `void name(...)`. */
export function signatureOf(text: string): Signature & { readonly name: string } {
  const [, result, name, list] = /^\s*(\w+) (\w+)\(([^)]*)\)/.exec(text) as unknown as readonly string[];
  const params = (list as string)
    .split(",")
    .flatMap((one) => (one.trim() === "" ? [] : [one.trim().split(" ")[0]]));
  const signature = { name: name as string, params: params as readonly WasmType[] };
  return result === "void" ? signature : { ...signature, result: result as WasmType };
}

/** The signature of a function that is called. */
export type SignatureOf = (name: string) => Signature;

/** Translates one function. */
export function translate(text: string, calleeOf: SignatureOf): Code {
  return new Translator(text, calleeOf).whole();
}

class Translator {
  readonly #tokens: readonly string[];
  readonly #calleeOf: SignatureOf;
  readonly #code: Code;
  readonly #names = new Map<string, { readonly index: number; readonly type: WasmType }>();
  #at = 0;

  constructor(text: string, calleeOf: SignatureOf) {
    this.#tokens = text.match(TOKEN) ?? [];
    this.#calleeOf = calleeOf;
    this.#code = new Code(signatureOf(text));
  }

  whole(): Code {
    this.#next();
    this.#next();
    this.#expect("(");
    while (!this.#takes(")")) {
      this.#takes(",");
      const type = this.#next() as WasmType;
      this.#names.set(this.#next(), { index: this.#names.size, type });
    }
    const body = this.#statement();
    // Control never comes to the end of a function that gives something back; it has returned before.
    return this.#code.add(this.#code.result === undefined ? body : [body, unreachable]);
  }

  #next(): string {
    return this.#tokens[this.#at++] ?? "";
  }

  #takes(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at += 1;
    return true;
  }

  #expect(token: string): void {
    const found = this.#next();
    if (found !== token) throw bug(`\`${found}\` where \`${token}\` should stand in a kernel`);
  }

  #statement(): Bytes {
    const word = this.#next();
    if (word === "{") {
      const inner: Bytes[] = [];
      while (!this.#takes("}")) inner.push(this.#statement());
      return inner;
    }
    if (word === "if") {
      const condition = this.#condition();
      const then = this.#statement();
      return [condition, when(then, this.#takes("else") ? this.#statement() : [])];
    }
    if (word === "while") return loop(this.#condition(), this.#statement());
    if (word === "return") return [this.#ended(this.#expression()).code, giveBack];
    if (word === "f64" || word === "i32" || word === "i64") {
      const name = this.#next();
      this.#names.set(name, { index: this.#code.local(word), type: word });
      return this.#assignment(name);
    }
    if (this.#tokens[this.#at] === "=") return this.#assignment(word);
    this.#at -= 1;
    return this.#ended(this.#expression()).code;
  }

  #assignment(name: string): Bytes {
    this.#expect("=");
    const { index, type } = this.#named(name);
    const value = this.#ended(this.#expression());
    if (value.type !== type) throw bug(`${name} is given a ${value.type} in a kernel`);
    return [value.code, set(index)];
  }

  #named(name: string) {
    const named = this.#names.get(name);
    if (named === undefined) throw bug(`no ${name} in a kernel`);
    return named;
  }

  #ended(value: Value): Value {
    this.#expect(";");
    return value;
  }

  #condition(): Bytes {
    this.#expect("(");
    const { code } = this.#expression();
    this.#expect(")");
    return code;
  }

  #expression(): Value {
    const condition = this.#joined(0);
    if (!this.#takes("?")) return condition;
    const yes = this.#expression();
    this.#expect(":");
    const no = this.#expression();
    return { type: yes.type, code: [yes.code, no.code, condition.code, select] };
  }

  /** Operands and the signs between them that bind no looser than `least`. */
  #joined(least: number): Value {
    let left = this.#unary();
    for (;;) {
      const sign = this.#tokens[this.#at] ?? "";
      const level = LEVELS.get(sign);
      if (level === undefined || level < least) return left;
      this.#at += 1;
      const right = this.#joined(level + 1);
      const operator = OPERATORS[sign]?.[left.type as "f64"];
      if (operator === undefined || left.type !== right.type) {
        throw bug(`${left.type} ${sign} ${right.type} in a kernel`);
      }
      left = { type: operator.result, code: [left.code, right.code, operator.code] };
    }
  }

  #unary(): Value {
    const word = this.#next();
    if (word === "(") {
      const inner = this.#expression();
      this.#expect(")");
      return inner;
    }
    if (word === "-") {
      const inner = this.#unary();
      return BUILTINS[inner.type === "f64" ? "neg" : "negInt"]?.([inner]) as Value;
    }
    if (/^[0-9]/.test(word)) {
      const isFloat = !word.startsWith("0x") && /[.e]/.test(word);
      return isFloat
        ? { type: "f64", code: f64Const(Number(word)) }
        : { type: "i32", code: i32Const(Number(word)) };
    }
    if (!this.#takes("(")) {
      const { index, type } = this.#named(word);
      return { type, code: get(index) };
    }
    const operands: Value[] = [];
    while (!this.#takes(")")) {
      this.#takes(",");
      operands.push(this.#expression());
    }
    const builtin = BUILTINS[word];
    if (builtin !== undefined) return builtin(operands);
    const signature = this.#calleeOf(word);
    if (operands.map(({ type }) => type).join() !== signature.params.join())
      throw bug(`${word} called amiss`);
    return { type: signature.result ?? "none", code: [operands.map(({ code }) => code), call(word)] };
  }
}
