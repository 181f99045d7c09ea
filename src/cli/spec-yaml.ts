/** cli: the YAML of a spec, in a file of its own: only commands that write one load it. */
import type { Spec } from "../index.ts";
import { writeYaml } from "../index.ts";

/** A spec as people write it. */
export function specYaml(spec: Spec): string {
  return writeYaml(spec);
}
