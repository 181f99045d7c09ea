/** Test help: built-in rules with shapes and hyperparameters that they take. */
import { author } from "../../../src/author/author.ts";
import { check } from "../../../src/check/check.ts";
import { findRule } from "../../../src/rules/built-in.ts";
import type { Checked } from "../../../src/spec/gates.ts";
import type { HyperDeclaration } from "../../../src/spec/tree.ts";
import { words } from "./random-program.ts";

type Shapes = { readonly [key: string]: readonly number[] };

/** Shapes that the rule's needs let pass. */
export function shapesFor(name: string, shapes: Shapes): Shapes {
  const needs = JSON.stringify(findRule(name)?.tree.needs ?? []);
  const [least, most] = needs.includes('["eq","rank",2]') ? [2, 2] : needs.includes("rank") ? [2, 3] : [0, 9];
  return Object.fromEntries(
    Object.entries(shapes).filter(
      ([, shape]) => shape.length >= least && shape.length <= most && (least === 0 || !shape.includes(0)),
    ),
  );
}

/** A value within the bounds of a declaration: its default, or another one near it. */
function drawn({ default: given, min = 0, max = 1, type = "number" }: HyperDeclaration, word: () => number) {
  if (type === "boolean") return word() % 2 === 1;
  if (given === undefined) return min + (Math.min(max, min + 1) - min) * (0.1 + (word() % 64) / 100);
  if (type !== "number" || typeof given !== "number") return given;
  if (Number.isInteger(given) && given > 0) return given;
  const other = given === 0 ? (word() % 2) * 0.01 : given * (0.5 + (word() % 128) / 256);
  return other > min && other < max ? other : given;
}

/** A built-in rule that `check` passes; `more` is the rest of its spec. */
export function withRandomHyper(rule: string, seed: number, more: object = {}): Checked {
  const word = words(seed);
  const hyper = (findRule(rule)?.tree.hyper ?? []).map((one) => [one.name, drawn(one, word)] as const);
  for (let tries = 0; tries < 8; tries++) {
    // What a rule needs of its hyperparameters together is left to its check.
    const some = hyper.filter(([, value]) => value !== undefined && (tries < 4 || word() % 4 === 0));
    const own = findRule(rule)?.tree.hyper.flatMap(({ name, default: given }) =>
      given === undefined ? [name] : [],
    );
    const must = hyper.filter(([name]) => own?.includes(name));
    try {
      return check(
        author({
          optseal: 1,
          ...more,
          rule,
          hyper: Object.fromEntries(tries === 7 ? must : [...must, ...some]),
        }),
      );
    } catch (error) {
      if (tries === 7) throw error;
    }
  }
  throw new Error(`no hyperparameters for ${rule}`);
}
