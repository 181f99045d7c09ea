/**
 * rules: an optax alias as rule text, put together from the transformations that it chains. All is binary32, as in XLA: a number is
 * rounded where it meets a tensor, and a scalar is kept so by `f32`.
 */

/** Lines for the sections of a rule. */
export interface Transform {
  readonly state?: readonly string[];
  readonly step?: readonly string[];
  readonly update: readonly string[];
}

/** What an alias is: arguments with their defaults, and transformations one after the other, as `optax.chain` runs them. */
export interface Alias {
  readonly name: string;
  /** File and paper. */
  readonly source: string;
  /** The lines of the `hyper` section. */
  readonly hyper: readonly string[];
  readonly needs?: readonly string[];
  readonly chain: readonly Transform[];
}

const section = (word: string, lines: readonly string[]): string =>
  lines.length === 0 ? "" : `${word.padEnd(7)}${lines.join("\n       ")}\n`;

/** The text of an alias; `apply_updates` is its last line. */
export function ruleText({ name, source, hyper, needs = [], chain }: Alias): string {
  const state = chain.flatMap((transform) => transform.state ?? []);
  const step = chain.flatMap((transform) => transform.step ?? []);
  const update = ["u = grad", ...chain.flatMap((transform) => transform.update), "weight = weight + u"];
  const sections = [
    section("hyper", hyper),
    ...needs.map((need) => section("needs", [need])),
    section("state", state),
    section("step", step),
    section("update", update),
  ];
  return `\nrule optax-0.2/${name}\n# ${source}\n${sections.join("")}`;
}

/** `slot` as optax's update_moment leaves it: its average with `value`. */
export const moment = (slot: string, decay: string, value: string): string =>
  `${slot} = (1 - ${decay}) * ${value} + ${decay} * ${slot}`;

/** What a moment is divided by, for its bias: the power of a count is the C library's, in binary32. */
export const bias = (name: string, decay: string, count = "t"): string =>
  `${name} = f32(1 - powf(${decay}, ${count}))`;

/** What is kept of a slot that may be stored in bfloat16: its factor is one too; a jitted step leaves the product as it is. */
export const kept = (slot: string, decay: string, type: string): string =>
  `select(${type} is bfloat16, bf16(${decay}), ${decay}) * ${slot}`;

/** A slot as it is stored. */
export const stored = (slot: string, value: string, type: string): string =>
  `${slot} = select(${type} is bfloat16, bf16(${value}), ${value})`;

/** The choice that such a slot takes; null is the parameter's own type. */
export const dtype = (name: string): string => `${name}: choice = null of float32|bfloat16`;
