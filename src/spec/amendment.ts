/** spec: amendments. In: the spec in force and the changes to it. Out: the spec that is in force with them. Pure. */
import type { Digest } from "../base/digest.ts";
import { SpecError } from "./errors.ts";
import type { Group, HyperDeclaration, HyperValues, ScheduleUse, Spec } from "./tree.ts";

/** Values for one group of the spec. */
export interface GroupChange {
  /** Its number in the spec, from 0. */
  readonly group: number;
  readonly hyper: HyperValues;
}

/**
 * Changes to the spec in force: values, and the schedule. The rule, the groups' matches and what the spec says besides stay as
 * they are, and so does the optimizer's state.
 */
export interface Amendment {
  /** The digest of the spec in force, with all amendments before this one. */
  readonly base: Digest;
  /** For all parameters, as under the spec's `hyper`: a group's own value still goes before it. */
  readonly hyper?: HyperValues;
  readonly groups?: readonly GroupChange[];
  /** In place of the spec's schedule; `null`: none from now on. */
  readonly schedule?: ScheduleUse | null;
}

function refuse(path: string, message: string, hint: string): SpecError {
  return new SpecError({ code: "amendment", message, path, hint });
}

function amendedGroups(groups: readonly Group[], changes: readonly GroupChange[]): readonly Group[] {
  const given = new Map<number, HyperValues>();
  for (const [i, { group, hyper }] of changes.entries()) {
    const path = `groups[${i}].group`;
    if (groups[group] === undefined)
      throw refuse(
        path,
        `the spec in force has no groups[${group}]`,
        `it has ${groups.length}, counted from 0`,
      );
    if (given.has(group)) throw refuse(path, `groups[${group}] is changed twice`, "change it once");
    given.set(group, hyper);
  }
  return groups.map((group, i) => ({ ...group, hyper: { ...group.hyper, ...given.get(i) } }));
}

/**
 * The spec with its changes. A state of the schedule that the spec started from goes where it would not be that of the amended
 * schedule: with another schedule, or another value of the hyperparameter that is driven.
 * @param declared the hyperparameters of the spec's rule
 * @throws SpecError `amendment` for groups that the spec does not have, or that are changed twice
 */
export function amendedSpec(
  spec: Spec,
  { hyper = {}, groups = [], schedule }: Amendment,
  declared: readonly HyperDeclaration[],
): Spec {
  const driven = declared.filter(({ scheduled }) => scheduled === true).map(({ name }) => name);
  const isDriven = (values: HyperValues) => driven.some((name) => Object.hasOwn(values, name));
  const isElsewhere = schedule !== undefined || isDriven(hyper) || groups.some((one) => isDriven(one.hyper));
  const { schedule: before, resume, ...rest } = spec;
  const { schedule: _, ...counts } = resume ?? {};
  const started = isElsewhere ? counts : (resume ?? {});
  const after = schedule === undefined ? before : schedule;
  return {
    ...rest,
    ...(spec.hyper === undefined && Object.keys(hyper).length === 0
      ? {}
      : { hyper: { ...spec.hyper, ...hyper } }),
    ...(spec.groups === undefined && groups.length === 0
      ? {}
      : { groups: amendedGroups(spec.groups ?? [], groups) }),
    ...(after === undefined || after === null ? {} : { schedule: after }),
    ...(Object.keys(started).length === 0 ? {} : { resume: started }),
  };
}
