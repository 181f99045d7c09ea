/**
 * author: arguments in the forms that frameworks give them. In: hyperparameters as a person writes them for a built-in. Out:
 * those that its text declares: tuples taken apart, switches of execution left out, which change no arithmetic.
 */
import { SpecError } from "../spec/errors.ts";
import type { HyperDeclaration } from "../spec/tree.ts";

type Tuples = { readonly [argument: string]: readonly string[] };

const BETAS: Tuples = { betas: ["beta1", "beta2"] };

/** Arguments that are tuples in a framework, with the hyperparameters that their items are, by the framework's name. */
export const TUPLES: { readonly [framework: string]: Tuples } = Object.freeze({
  torch: {
    ...BETAS,
    etas: ["eta_minus", "eta_plus"],
    step_sizes: ["step_size_min", "step_size_max"],
    eps: ["eps1", "eps2"],
  },
  transformers: { eps: ["eps1", "eps2"] },
  deepspeed: BETAS,
});

/** Arguments that say how to compute and not what: torch's constructors and DeepSpeed's, all of them true, false or null. */
const SWITCHES: { readonly [framework: string]: readonly string[] } = Object.freeze({
  torch: ["foreach", "fused", "capturable", "differentiable"],
  deepspeed: ["torch_adam", "set_grad_none"],
});

const isSwitch = (value: unknown): boolean => value === null || typeof value === "boolean";

/** The tuples that a built-in with these declarations takes: whose items it declares, while it has nothing of their own name. */
export function tuplesOf(builtIn: string, declared: readonly HyperDeclaration[]): Tuples {
  const names = new Set(declared.map(({ name }) => name));
  const framework = builtIn.slice(0, builtIn.indexOf("-"));
  const fitting = Object.entries(TUPLES[framework] ?? {}).filter(
    ([argument, items]) => !names.has(argument) && items.every((item) => names.has(item)),
  );
  return Object.fromEntries(fitting);
}

/**
 * The hyperparameters of a built-in as its text declares them. What it does not know is left for `check` to refuse.
 * @throws SpecError `schema` for a tuple of another length, or beside its own items
 */
export function formed(
  builtIn: string,
  declared: readonly HyperDeclaration[],
  hyper: { readonly [name: string]: unknown },
  path: string,
): { readonly [name: string]: unknown } {
  const tuples = tuplesOf(builtIn, declared);
  const names = new Set(declared.map(({ name }) => name));
  const switches = SWITCHES[builtIn.slice(0, builtIn.indexOf("-"))] ?? [];
  const entries = Object.entries(hyper).flatMap(([name, value]): readonly (readonly [string, unknown])[] => {
    if (switches.includes(name) && !names.has(name) && isSwitch(value)) return [];
    const items = Object.hasOwn(tuples, name) ? tuples[name] : undefined;
    if (items === undefined) return [[name, value]];
    if (!Array.isArray(value) || value.length !== items.length) {
      throw refuse(`${path}.${name}`, `\`${name}\` takes ${items.length} values: [${items.join(", ")}]`);
    }
    const twice = items.find((item) => Object.hasOwn(hyper, item));
    if (twice !== undefined) throw refuse(`${path}.${twice}`, `\`${twice}\` is given in \`${name}\` too`);
    return items.map((item, i) => [item, value[i] as unknown] as const);
  });
  return Object.fromEntries(entries);
}

const refuse = (path: string, message: string): SpecError => new SpecError({ code: "schema", message, path });
