/**
 * author: an amendment as people write it. In: the spec in force, and changes in the forms that specs have. Out: the one form that
 * is signed.
 */
import type { Digest } from "../base/digest.ts";
import { deepFreeze } from "../base/gate.ts";
import { schemaIssues } from "../base/schema.ts";
import { amendmentSchema } from "../base/schemas.gen.ts";
import { documentDigest } from "../codec/document-digest.ts";
import { findRule } from "../rules/built-in.ts";
import type { Amendment } from "../spec/amendment.ts";
import { SpecError } from "../spec/errors.ts";
import type { Spec } from "../spec/tree.ts";
import { isWrittenOut } from "../spec/tree.ts";
import type { Fields } from "./author.ts";
import { isMap, plain, scheduleFrom } from "./author.ts";
import { formed } from "./forms.ts";
import { readYaml } from "./yaml.ts";

/** Hyperparameters in the framework's forms (`betas`), where the spec's rule is a built-in. */
function formedFor({ rule }: Spec, hyper: Fields, path: string): Fields {
  const builtIn = isWrittenOut(rule) ? undefined : findRule(rule.name);
  return builtIn === undefined ? hyper : formed(builtIn.name, builtIn.tree.hyper, hyper, path);
}

function withTrees(spec: Spec, changes: unknown, base: Digest): unknown {
  if (!isMap(changes)) return changes;
  const { hyper, groups, schedule } = changes;
  const formedGroup = (group: unknown, i: number): unknown =>
    isMap(group) && isMap(group.hyper)
      ? { ...group, hyper: formedFor(spec, group.hyper, `groups[${i}].hyper`) }
      : group;
  return {
    base,
    ...changes,
    ...(isMap(hyper) ? { hyper: formedFor(spec, hyper, "hyper") } : {}),
    ...(Array.isArray(groups) ? { groups: groups.map(formedGroup) } : {}),
    ...(schedule === undefined || schedule === null ? {} : { schedule: scheduleFrom(schedule) }),
  };
}

/**
 * An amendment of this spec that fits its schema. Whether the spec can be so amended is for `check` to say.
 * @param changes YAML or JSON text, or plain data: `hyper`, `groups` (each `group`, its number in the spec, and `hyper`) and
 * `schedule`, each as a spec has it; `base` may be left out
 * @throws SpecError `schema` for what does not fit, `amendment` for the digest of another spec
 */
export function authorAmendment(spec: Spec, changes: unknown): Amendment {
  const base = documentDigest(spec);
  const written = typeof changes === "string" ? readYaml(changes) : changes;
  const value = plain(withTrees(spec, plain(written), base));
  const [first, ...rest] = schemaIssues(amendmentSchema, value, "schema");
  if (first !== undefined) throw new SpecError([first, ...rest]);
  const amendment = value as Amendment;
  if (amendment.base !== base) {
    const message = `these are changes to the spec ${amendment.base}`;
    throw new SpecError({ code: "amendment", message, path: "base", hint: `this one is ${base}` });
  }
  return deepFreeze(amendment);
}
