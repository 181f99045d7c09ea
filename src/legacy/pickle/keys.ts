/** legacy: which values Python takes for the same dictionary key, and which cannot be keys. */
import type { ContainerFact, Fact } from "./facts.ts";
import { latin1 } from "./text.ts";

/**
 * Names for keys: two keys get the same name if Python holds them equal (`1`, `1.0` and `True` are one key), `undefined` if
 * the value cannot be a key. A tuple is named by its parts' names, each part once, however often it is shared. The
 * facts must be free of cycles.
 */
export class KeyNames {
  readonly #interned = new Map<string, number>();
  /** Names of facts that take more than a moment to name, and that a stream may use for many keys. */
  readonly #named = new Map<Fact, number | undefined>();
  #unique = 0;

  nameOf(fact: Fact): string | number | undefined {
    switch (fact.kind) {
      case "text":
        return fact.value;
      case "none":
        return this.#intern("none");
      case "bool":
        return this.#intern(`number ${fact.value ? 1 : 0}`);
      case "int":
        if (typeof fact.value === "number") return this.#intern(`number ${fact.value.toString(16)}`);
        return this.#named.get(fact) ?? this.#once(fact, `number ${fact.value.toString(16)}`);
      case "float":
        return this.#float(fact.value);
      case "bytes":
        return this.#named.get(fact) ?? this.#once(fact, `bytes ${latin1(fact.value)}`);
      case "global":
        return this.#intern(`global ${JSON.stringify([fact.module, fact.name])}`);
      case "tuple":
      case "frozenset":
        return this.#sequence(fact);
      case "call":
      case "persistent":
      case "extension":
      case "unknown":
        return this.#intern(`object ${++this.#unique}`);
      default:
        return undefined;
    }
  }

  #float(value: number): number {
    // NaN differs from everything, itself included.
    if (Number.isNaN(value)) return this.#intern(`nan ${++this.#unique}`);
    return this.#intern(`number ${Number.isInteger(value) ? BigInt(value).toString(16) : value}`);
  }

  #sequence(fact: ContainerFact & { readonly items: readonly Fact[] }): number | undefined {
    if (this.#named.has(fact)) return this.#named.get(fact);
    const names = fact.items.map((item) => {
      const name = this.nameOf(item);
      return typeof name === "string" ? this.#intern(`text ${name}`) : name;
    });
    if (fact.kind === "frozenset") names.sort((a, b) => (a ?? 0) - (b ?? 0));
    const name = names.includes(undefined) ? undefined : this.#intern(`${fact.kind} ${names.join(",")}`);
    this.#named.set(fact, name);
    return name;
  }

  #once(fact: Fact, text: string): number {
    const name = this.#intern(text);
    this.#named.set(fact, name);
    return name;
  }

  #intern(text: string): number {
    const known = this.#interned.get(text);
    if (known !== undefined) return known;
    const fresh = this.#interned.size;
    this.#interned.set(text, fresh);
    return fresh;
  }
}
