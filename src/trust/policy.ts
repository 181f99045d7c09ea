/**
 * trust: what a role may send. In: a spec and the policy of the trust document. Out: all that the policy does not allow.
 * Pure. The cost limit is handed on to `check`, which knows what a rule costs.
 */
import { declaredBy, findRule, findSchedule } from "../rules/built-in.ts";
import type { Bound } from "../spec/gates.ts";
import type {
  HyperDeclaration,
  HyperValue,
  HyperValues,
  Reference,
  Rule,
  Schedule,
  Spec,
} from "../spec/tree.ts";
import { isWrittenOut } from "../spec/tree.ts";
import type { TrustIssue } from "./errors.ts";

/** What a role may send, as a trust document says it. */
export interface Policy {
  /** Built-in rules and schedules: `mxnet-1.9/adam`, `mxnet-1.9/*` for all of a release, `*` for all. */
  readonly rules: readonly string[];
  /** Whether rules and schedules may be written out. */
  readonly custom: boolean;
  /** By name, wherever the name occurs; a value that is no number (null, `off`) is outside every bound. */
  readonly bounds?: { readonly [name: string]: Bound };
  /** Operations that one update of one element may cost; all scalars of an update together may cost 1024 times as many. */
  readonly cost?: number;
  /** Seconds that a statement may live; absent: `DEFAULT_LIFETIME`. */
  readonly lifetime?: number;
  /** What amendments by this role may change; absent: it sends none. */
  readonly amend?: AmendPolicy;
}

/** What amendments may change. What comes of them is held against the rest of the policy, as any spec is. */
export interface AmendPolicy {
  /** Hyperparameters that may be changed, by name, `*` for all others. `factor`: how many times larger or smaller at once. */
  readonly hyper: { readonly [name: string]: { readonly factor?: number } };
  /** Whether the schedule may be replaced. */
  readonly schedule: boolean;
}

/** A policy made ready for look-ups. */
export interface PreparedPolicy {
  readonly names: ReadonlySet<string>;
  readonly custom: boolean;
  readonly bounds: readonly (readonly [name: string, bound: Bound])[];
  readonly cost: number | undefined;
  readonly lifetime: number;
}

/** 400 days in seconds: a job of a year, and the time to notice. */
export const DEFAULT_LIFETIME = 400 * 86_400;
/** A report of more than this helps nobody. */
const MOST_ISSUES = 100;

/** The policy made ready for look-ups. */
export function preparePolicy(policy: Policy): PreparedPolicy {
  return Object.freeze({
    names: new Set(policy.rules.map(inForce)),
    custom: policy.custom,
    bounds: Object.entries(policy.bounds ?? {}),
    cost: policy.cost,
    lifetime: policy.lifetime ?? DEFAULT_LIFETIME,
  });
}

/** What a name stands for here: the same text has a name in each release in which it is in force. */
const inForce = (name: string): string => (findRule(name) ?? findSchedule(name))?.name ?? name;

function namesRule({ names }: PreparedPolicy, said: string): boolean {
  const name = inForce(said);
  if (names.has("*") || names.has(name)) return true;
  const [, own] = name.split("/");
  return [...names].some(
    (allowed) => allowed.endsWith("/*") && inForce(`${allowed.slice(0, -1)}${own}`) === name,
  );
}

function ruleIssues(
  rule: Reference | Rule | Schedule,
  path: string,
  policy: PreparedPolicy,
): readonly TrustIssue[] {
  if (isWrittenOut(rule))
    return policy.custom
      ? []
      : [
          {
            code: "custom-not-allowed",
            message: `\`${rule.name}\` is written out, and the trust document allows built-ins only`,
            path,
          },
        ];
  if (namesRule(policy, rule.name)) return [];
  return [
    {
      code: "rule-not-allowed",
      message: `the trust document does not allow \`${rule.name}\``,
      path: `${path}.name`,
      hint: "the role's `may.rules` lists what is allowed",
    },
  ];
}

/** Values by name, with the declarations whose defaults stand in for those that are not given. */
interface Layer {
  readonly path: string;
  readonly values: HyperValues;
  readonly declared: readonly HyperDeclaration[];
}

function layers(spec: Spec): readonly Layer[] {
  const { rule, hyper = {}, schedule, groups = [], gradient = {}, resume } = spec;
  const declared = declaredBy(rule);
  const list: Layer[] = [{ path: "hyper", values: hyper, declared }];
  groups.forEach((group, i) => {
    list.push({ path: `groups[${i}].hyper`, values: group.hyper, declared: [] });
  });
  if (schedule !== undefined) {
    const { rule: tree, hyper: values = {} } = schedule;
    const own = isWrittenOut(tree) ? tree.hyper : (findSchedule(tree.name)?.tree.hyper ?? []);
    list.push({ path: "schedule.hyper", values, declared: own });
  }
  list.push({ path: "gradient", values: { ...gradient }, declared: [] });
  list.push({ path: "resume.schedule", values: resume?.schedule ?? {}, declared: [] });
  return list;
}

function effective({ values, declared }: Layer, name: string): HyperValue | undefined {
  if (Object.hasOwn(values, name)) return values[name];
  return declared.find((declaration) => declaration.name === name)?.default;
}

function isWithin(value: HyperValue, { min, max }: Bound): boolean {
  const numbers = Array.isArray(value) ? value : [value];
  return numbers.every(
    (item) =>
      Number.isFinite(item) && (min === undefined || item >= min) && (max === undefined || item <= max),
  );
}

/** A value in words that fit a line. */
export function shortened(value: HyperValue): string {
  const text = JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 80)}...`;
}

function boundText({ min, max }: Bound): string {
  return [min === undefined ? [] : `at least ${min}`, max === undefined ? [] : `at most ${max}`]
    .flat()
    .join(" and ");
}

function boundIssues(spec: Spec, bounds: PreparedPolicy["bounds"]): readonly TrustIssue[] {
  const issues: TrustIssue[] = [];
  if (bounds.length === 0) return issues;
  for (const layer of layers(spec)) {
    for (const [name, bound] of bounds) {
      const value = effective(layer, name);
      if (value === undefined || isWithin(value, bound)) continue;
      const given = Object.hasOwn(layer.values, name) ? "" : " by default";
      issues.push({
        code: "hyper-bound",
        message: `\`${name}\` is ${shortened(value)}${given}; the trust document wants ${boundText(bound)}`,
        path: `${layer.path}.${name}`,
      });
      if (issues.length >= MOST_ISSUES) return issues;
    }
  }
  return issues;
}

/**
 * All that a policy does not allow of a spec that fits its schema, gravest first.
 *
 * Bounds hold for a name wherever the spec gives it a value: for the rule, in each group, for the schedule, under
 * `gradient` and in `resume.schedule`; and for the default of the rule or schedule where the spec gives none. The rate
 * that a schedule computes is held against the bound of the hyperparameter that it drives when it is used, by the engine.
 */
export function checkPolicy(spec: Spec, policy: PreparedPolicy): readonly TrustIssue[] {
  const { rule, schedule } = spec;
  return [
    ...ruleIssues(rule, "rule", policy),
    ...(schedule === undefined ? [] : ruleIssues(schedule.rule, "schedule.rule", policy)),
    ...boundIssues(spec, policy.bounds),
  ];
}
