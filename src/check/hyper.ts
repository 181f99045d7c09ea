/** check: values given to hyperparameters, against their declarations. */
import { didYouMean } from "../base/nearest.ts";
import { printNumber } from "../spec/print.ts";
import type { HyperDeclaration, HyperValue, HyperValues } from "../spec/tree.ts";
import type { Report } from "./errors.ts";

/** Defaults, then each layer over the one before; every value must be declared, of its type and in its range. */
export function bindHyper(
  declarations: readonly HyperDeclaration[],
  layers: readonly { readonly values: HyperValues | undefined; readonly path: string }[],
  report: Report,
): ReadonlyMap<string, HyperValue> {
  const declared = new Map(declarations.map((declaration) => [declaration.name, declaration]));
  const bound = new Map<string, HyperValue>();
  for (const { name, default: value } of declarations) if (value !== undefined) bound.set(name, value);
  for (const { values, path } of layers) {
    for (const [name, value] of Object.entries(values ?? {})) {
      const declaration = declared.get(name);
      if (declaration === undefined) {
        report(
          "unknown-hyper",
          `${path}.${name}`,
          `no hyperparameter \`${name}\``,
          didYouMean(name, declared.keys()),
        );
        continue;
      }
      const problem = valueProblem(declaration, value);
      if (problem !== undefined) report(problem.code, `${path}.${name}`, problem.message);
      bound.set(name, problem === undefined ? value : standIn(declaration));
    }
  }
  for (const [name, declaration] of declared) {
    if (bound.has(name)) continue;
    bound.set(name, standIn(declaration));
    report("missing-hyper", layers[0]?.path ?? "hyper", `\`${name}\` has no default and must be given`);
  }
  return bound;
}

/** In place of a value that was refused, so that nothing else is reported for want of it. */
function standIn({ type = "number", choices = [] }: HyperDeclaration): HyperValue {
  return { number: 1, boolean: false, choice: choices[0] ?? null, list: [] }[type];
}

type Problem = { readonly code: "hyper-type" | "hyper-range"; readonly message: string };

const wrongType = (wanted: string, value: HyperValue): Problem => ({
  code: "hyper-type",
  message: `expected ${wanted}, found ${JSON.stringify(value)}`,
});

const TYPE_PROBLEMS: {
  readonly [T in NonNullable<HyperDeclaration["type"]>]: (
    d: HyperDeclaration,
    v: HyperValue,
  ) => Problem | undefined;
} = {
  number: (d, v) => (typeof v === "number" ? rangeProblem(d, v) : wrongType("a number", v)),
  boolean: (_, v) => (typeof v === "boolean" ? undefined : wrongType("true or false", v)),
  choice: (d, v) =>
    typeof v === "string" && d.choices?.includes(v)
      ? undefined
      : wrongType(`one of ${(d.choices ?? []).join(", ")}`, v),
  list: (d, v) => {
    if (!Array.isArray(v)) return wrongType("a list of numbers", v);
    return v.map((item: number) => rangeProblem(d, item)).find((problem) => problem !== undefined);
  },
};

/** What keeps a value from being one of the declared hyperparameter. */
export function valueProblem(declaration: HyperDeclaration, value: HyperValue): Problem | undefined {
  if (value === null)
    return declaration.nullable ? undefined : wrongType(`a ${declaration.type ?? "number"}`, value);
  return TYPE_PROBLEMS[declaration.type ?? "number"](declaration, value);
}

function rangeProblem({ min, max, above, below }: HyperDeclaration, value: number): Problem | undefined {
  const out = (message: string): Problem => ({
    code: "hyper-range",
    message: `${printNumber(value)} is ${message}`,
  });
  if (!Number.isFinite(value)) return out("not finite");
  if (min !== undefined && value < min) return out(`below ${printNumber(min)}`);
  if (above !== undefined && value <= above) return out(`not above ${printNumber(above)}`);
  if (max !== undefined && value > max) return out(`above ${printNumber(max)}`);
  if (below !== undefined && value >= below) return out(`not below ${printNumber(below)}`);
  return undefined;
}
