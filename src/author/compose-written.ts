/**
 * author: compositions of schedules as people write them. In: `{ chained: [...] }` or `{ sequential: [...], milestones: [...] }`,
 * whose items are whatever a schedule may be. Out: one schedule written out, and the values of its hyperparameters.
 */
import { SpecError } from "../spec/errors.ts";
import type { Composed } from "./compose.ts";
import { chain, sequence } from "./compose.ts";
import type { Child } from "./compose-names.ts";

/** Each child is run in every step, whether it is its turn or not. */
const MAX_CHILDREN = 16;

const refuse = (path: string, message: string, hint?: string): SpecError =>
  new SpecError({ code: "schema", message, path, ...(hint === undefined ? {} : { hint }) });

/** Whether a schedule is written as a composition. */
export function isComposition(written: { readonly [key: string]: unknown }): boolean {
  return Object.hasOwn(written, "chained") || Object.hasOwn(written, "sequential");
}

/**
 * The one schedule that a composition is.
 * @param resolve what an item stands for, at its path; it may be a composition again.
 * @throws SpecError `schema` with the path of what does not fit.
 */
export function composeWritten(
  written: { readonly [key: string]: unknown },
  path: string,
  resolve: (item: unknown, path: string) => Child,
): Composed {
  const { chained, sequential, milestones, ...rest } = written;
  const [extra] = Object.keys(rest);
  if (extra !== undefined) {
    const hint = extra === "hyper" ? "each schedule of a composition has its own" : undefined;
    throw refuse(`${path}.${extra}`, "a composition has nothing but its schedules and milestones", hint);
  }
  if (chained !== undefined && sequential !== undefined) {
    throw refuse(path, "`chained` and `sequential` cannot both be", "a composition may stand inside another");
  }
  const kind = chained === undefined ? "sequential" : "chained";
  const items: unknown = chained ?? sequential;
  if (!Array.isArray(items) || items.length === 0 || items.length > MAX_CHILDREN) {
    throw refuse(`${path}.${kind}`, `a composition is of 1 to ${MAX_CHILDREN} schedules`);
  }
  const children = items.map((item: unknown, i) => resolve(item, `${path}.${kind}[${i}]`));
  if (kind === "sequential") return sequence(children, readMilestones(milestones, children.length, path));
  if (milestones !== undefined) throw refuse(`${path}.milestones`, "a chain has no milestones");
  return chain(children);
}

function readMilestones(milestones: unknown, children: number, path: string): readonly number[] {
  const given: unknown = milestones ?? (children === 1 ? [] : undefined);
  if (!Array.isArray(given) || given.length !== children - 1) {
    throw refuse(`${path}.milestones`, `${children} schedules take turns at ${children - 1} milestones`);
  }
  given.forEach((milestone: unknown, i) => {
    const before: unknown = i === 0 ? 0 : given[i - 1];
    if (!Number.isSafeInteger(milestone) || (milestone as number) < (before as number)) {
      throw refuse(`${path}.milestones[${i}]`, "milestones are counts of steps, in ascending order");
    }
  });
  return given as readonly number[];
}
