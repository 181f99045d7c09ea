/** run: what a step is asked for, held against the parameters: gradients by key, in their order. */
import type { Around } from "./check-gradient.ts";
import { checkGradient } from "./check-gradient.ts";
import type { Due, Held } from "./engine.ts";
import { RunError } from "./errors.ts";
import type { Key } from "./parameters.ts";
import { entriesIn, keyText, twice } from "./parameters.ts";
import type { Numbers } from "./precision.ts";
import type { RowGradient } from "./rows.ts";

/**
 * Gradients by key, each whole or of some rows alone. Their numbers are a Float32Array, or, of 16-bit weights, perhaps a Uint16Array
 * with the bits of their type.
 */
export type Gradients =
  | ReadonlyMap<Key, Numbers | RowGradient>
  | { readonly [key: string]: Numbers | RowGradient };

/** A parameter and how it stands. */
export interface Entry {
  readonly held: Held;
  /** How many updates it has had. */
  count: number;
  /** The step that it was last named in. */
  asked: number;
}

/** The updates of a step, and whose they are. */
export interface Asked {
  readonly keys: readonly Key[];
  readonly entries: readonly Entry[];
  readonly due: readonly Due[];
}

/** An optimizer's parameters, which steps name. */
export class Asking {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly #around: Around;
  /** The number of the step that was last asked for. */
  #number = 0;
  /** The last step, as far as it can be asked for again: gradients that are the engine's own arrays. */
  #last: Asked | undefined;

  constructor(entries: ReadonlyMap<string, Entry>, around: Around) {
    this.entries = entries;
    this.#around = around;
  }

  /**
   * The same object where the same is asked for as in the step before.
   * @throws RunError for keys that are unknown, or of the same parameter, and for gradients that do not fit
   */
  of(gradients: Gradients): Asked {
    if (this.#last !== undefined && isAgain(this.#last, gradients)) return this.#last;
    const keys: Key[] = [];
    const entries: Entry[] = [];
    this.#number += 1;
    for (const [key] of entriesIn(gradients)) {
      keys.push(key);
      entries.push(this.#entryOf(key));
    }
    const due: Due[] = [];
    for (const [key, gradient] of entriesIn(gradients)) {
      const { held } = entries[due.length] as Entry;
      due.push({ held, ...checkGradient(key, gradient, held.bound, this.#around) });
    }
    const asked = { keys, entries, due };
    this.#last = due.every(isOwn) ? asked : undefined;
    return asked;
  }

  #entryOf(key: Key): Entry {
    const text = keyText(key);
    const entry = this.entries.get(text);
    if (entry === undefined) throw unknownParameter(text);
    if (entry.asked === this.#number) throw twice(text);
    entry.asked = this.#number;
    return entry;
  }
}

/** Others are not kept from one step to the next: their memory is the caller's. */
const isOwn = ({ held, gradient, ranges }: Due): boolean =>
  ranges === undefined && held.gradients?.includes(gradient) === true;

function isAgain({ keys, due }: Asked, gradients: Gradients): boolean {
  let i = 0;
  for (const [key, gradient] of entriesIn(gradients)) {
    const one = due[i];
    if (one === undefined || key !== keys[i] || gradient !== one.gradient || !isWhole(one)) return false;
    i += 1;
  }
  return i === due.length;
}

/** Neither its weights nor its gradient are detached. */
const isWhole = ({ gradient, held: { bound } }: Due): boolean =>
  gradient.length === bound.extent.size && bound.data.length === bound.extent.size;

function unknownParameter(key: string): RunError {
  const message = `there is no parameter \`${key}\``;
  return new RunError({ code: "unknown-parameter", message, path: `gradients.${key}` });
}
