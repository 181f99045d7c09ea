/**
 * trust: what an amendment may change. In: the spec in force, the same with the amendment, and what the policy says of
 * amendments. Out: all that it does not allow. Pure.
 */
import { declaredBy } from "../rules/built-in.ts";
import type { HyperValue, HyperValues, Spec } from "../spec/tree.ts";
import type { TrustIssue } from "./errors.ts";
import type { AmendPolicy } from "./policy.ts";
import { shortened } from "./policy.ts";

/** A value that may have changed, where it stands in the amended spec. */
interface Change {
  readonly name: string;
  readonly path: string;
  readonly before: HyperValue | undefined;
  readonly after: HyperValue;
}

const own = (values: HyperValues | undefined, name: string): HyperValue | undefined =>
  values !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;

/** Each value that the amended spec gives, beside the one that was in force there: of the group, of all, or the default. */
function changesOf(before: Spec, after: Spec): readonly Change[] {
  const declared = new Map(declaredBy(before.rule).map(({ name, default: value }) => [name, value]));
  const list = (values: HyperValues, path: string, group?: HyperValues): readonly Change[] =>
    Object.entries(values).map(([name, value]) => ({
      name,
      path: `${path}.${name}`,
      before: own(group, name) ?? own(before.hyper, name) ?? declared.get(name),
      after: value,
    }));
  const groups = (after.groups ?? []).flatMap(({ hyper }, i) =>
    list(hyper, `groups[${i}].hyper`, before.groups?.[i]?.hyper),
  );
  return [...list(after.hyper ?? {}, "hyper"), ...groups];
}

const itemsOf = (value: HyperValue | undefined): readonly unknown[] =>
  Array.isArray(value) ? value : [value];

function isSame(a: HyperValue | undefined, b: HyperValue): boolean {
  const [left, right] = [itemsOf(a), itemsOf(b)];
  return (
    Array.isArray(a) === Array.isArray(b) &&
    left.length === right.length &&
    left.every((item, i) => Object.is(item, right[i]))
  );
}

/**
 * Whether one number is at most so many times the other. Of 0, of numbers with other signs and of what is no number, none is.
 * A product or a quotient within the factor will do, so that what is written in decimals is not refused for its last bit.
 */
function isNear(a: unknown, b: unknown, factor: number): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "number" || typeof b !== "number" || !(a * Math.sign(b) > 0)) return false;
  const [low, high] = [Math.min(Math.abs(a), Math.abs(b)), Math.max(Math.abs(a), Math.abs(b))];
  return high <= low * factor || high / low <= factor;
}

function isWithin({ before, after }: Change, factor: number): boolean {
  const [left, right] = [itemsOf(before), itemsOf(after)];
  return left.length === right.length && left.every((item, i) => isNear(item, right[i], factor));
}

function issueOf(change: Change, { hyper }: AmendPolicy): readonly TrustIssue[] {
  const { name, path, before, after } = change;
  if (isSame(before, after)) return [];
  const limit = [name, "*"].flatMap((key) => (Object.hasOwn(hyper, key) ? [hyper[key]] : []))[0];
  if (limit === undefined) {
    const message = `the trust document lets no amendment change \`${name}\``;
    return [{ code: "amend-not-allowed", message, path }];
  }
  const { factor } = limit;
  if (factor === undefined || isWithin(change, factor)) return [];
  const from = before === undefined ? "nothing" : shortened(before);
  return [
    {
      code: "change-limit",
      message: `\`${name}\` goes from ${from} to ${shortened(after)}; a factor of ${factor} is allowed at once`,
      path,
    },
  ];
}

/** A report of more than this helps nobody. */
const MOST_ISSUES = 100;

/**
 * All changes that the policy does not allow. `factor` is about the values that are written, of all parameters and of each
 * group; what a schedule computes is held to the policy's bounds alone, by the engine.
 * @param replaces whether the amendment has a schedule of its own, or takes it away
 */
export function checkChange(
  before: Spec,
  after: Spec,
  replaces: boolean,
  policy: AmendPolicy,
): readonly TrustIssue[] {
  const message = "the trust document lets no amendment replace the schedule";
  const schedule: TrustIssue = { code: "amend-not-allowed", message, path: "schedule" };
  return [
    ...(replaces && !policy.schedule ? [schedule] : []),
    ...changesOf(before, after).flatMap((change) => issueOf(change, policy)),
  ].slice(0, MOST_ISSUES);
}
