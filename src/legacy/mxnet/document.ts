/** legacy: the spec that comes out of a conversion, in the form that people write. */
import type { Group, HyperDeclaration, HyperValue, HyperValues, Rule } from "../../spec/tree.ts";
import type { Counting } from "./counts.ts";
import { resumeOf } from "./counts.ts";
import type { ConvertedSchedule } from "./scheduler.ts";
import type { Text } from "./targets.ts";

export interface Parts {
  readonly text: Text<Rule>;
  readonly hyper: ReadonlyMap<string, HyperValue>;
  /** The hyperparameter that is the rate, which is always written. */
  readonly rate: string | undefined;
  readonly schedule: ConvertedSchedule | undefined;
  readonly groups: readonly Group[];
  readonly gradient: { readonly [step: string]: number };
  readonly isPrecise: boolean;
  readonly counting: Counting;
}

/** The document of all parts, without those that say nothing. */
export function documentOf(parts: Parts): unknown {
  const { text, schedule, groups, gradient, isPrecise, counting } = parts;
  return {
    optseal: 1,
    rule: text.written,
    hyper: otherThanDefault(parts.hyper, text.tree.hyper, parts.rate),
    ...(schedule === undefined ? {} : { schedule: writtenSchedule(schedule) }),
    ...(groups.length === 0 ? {} : { groups }),
    ...(Object.keys(gradient).length === 0 ? {} : { gradient }),
    ...(isPrecise ? { precision: { master: true } } : {}),
    ...resumeOf(counting, schedule?.state, schedule?.hasMoved === true),
  };
}

function writtenSchedule({ text, hyper }: ConvertedSchedule): unknown {
  const key = text.written.includes("\n") ? "rule" : "name";
  return { [key]: text.written, hyper: otherThanDefault(hyper, text.tree.hyper) };
}

/** A spec says what differs from the rule's defaults, whose text the digest pins. */
function otherThanDefault(
  values: ReadonlyMap<string, HyperValue>,
  declared: readonly HyperDeclaration[],
  always?: string,
): HyperValues {
  const defaults = new Map(declared.map((hyper) => [hyper.name, hyper.default]));
  return Object.fromEntries(
    [...values].filter(([name, value]) => name === always || !Object.is(defaults.get(name), value)),
  );
}
