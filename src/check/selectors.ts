/** check: groups against each other, and against the parameters where those are known. */
import { matches } from "../spec/match.ts";
import type { Group } from "../spec/tree.ts";
import type { Report } from "./errors.ts";

/** The keys of the parameters, as text; a decimal text stands for the integer key. */
export type Shapes = ReadonlyMap<string, readonly number[]>;

/** The same exact key in two groups, and, where the parameters are known, groups that are for none of them. */
export function checkSelectors(groups: readonly Group[], shapes: Shapes | undefined, report: Report): void {
  const seen = new Map<string, number>();
  groups.forEach(({ match }, g) => {
    const exact = [...(match.name ?? []), ...(match.index ?? []).map(String)];
    exact.forEach((key) => {
      const earlier = seen.get(key);
      if (earlier !== undefined) {
        report(
          "selector",
          `groups[${g}].match`,
          `\`${key}\` is matched by groups[${earlier}] first`,
          "the first match wins: name it once",
        );
      }
      seen.set(key, g);
    });
    if (shapes !== undefined && ![...shapes.keys()].some((key) => matches(match, key))) {
      const known = [...shapes.keys()].slice(0, 12).join(", ");
      report("selector", `groups[${g}].match`, "no parameter is matched", `the parameters are: ${known}`);
    }
  });
}
