/** legacy: the rule that an object computes by in a release. It is the built-in of its class and release, but for one class. */
import type { Rule, Schedule } from "../../spec/tree.ts";
import { NUMBER } from "./fields.ts";
import type { Found, FoundOptimizer } from "./identify.ts";
import type { Release } from "./releases.ts";
import type { Text } from "./targets.ts";

const MULTI_TENSOR: ReadonlySet<Release> = new Set(["mxnet-1.7", "mxnet-1.8", "mxnet-1.9"]);

/** LAMB of 1.7 to 1.9 calls the kernels of 1.6 where it is handed one tensor and not a list of them. */
function isSingleLamb({ object, target, at }: FoundOptimizer, release: Release): boolean {
  if (target.cls.className !== "LAMB" || !MULTI_TENSOR.has(release)) return false;
  const chunk = object.fields.get("aggregate_num");
  return at !== "" || (chunk !== undefined && (NUMBER.read(chunk) ?? 2) <= 1);
}

/** The rule of an optimizer in a release; `undefined` if there is no such built-in. */
export function ruleInForce(found: FoundOptimizer, release: Release): Text<Rule> | undefined {
  return found.target.textIn(isSingleLamb(found, release) ? "mxnet-1.6" : release);
}

/** The schedule of a scheduler in a release; `undefined` if there is no such built-in. */
export function scheduleInForce(found: Found<Schedule>, release: Release): Text<Schedule> | undefined {
  return found.target.textIn(release);
}
