/** check: the tree that a spec names or writes out. */
import { didYouMean } from "../base/nearest.ts";
import type { BuiltIn } from "../rules/built-in.ts";
import { whereItIs } from "../rules/mxnet/releases.ts";
import type { Reference, Rule, Schedule } from "../spec/tree.ts";
import { isWrittenOut } from "../spec/tree.ts";
import type { Report } from "./errors.ts";

/** What `find` knows of names, and what a name that it does not know is called. */
export interface Library<T extends Rule | Schedule> {
  readonly find: (name: string) => BuiltIn<T> | undefined;
  readonly names: readonly string[];
  readonly code: "unknown-rule" | "unknown-schedule";
}

/** The tree written out, or that of the built-in if it is the text that the digest names; `undefined` after a report. */
export function findTree<T extends Rule | Schedule>(
  rule: Reference | T,
  path: string,
  { find, names, code }: Library<T>,
  report: Report,
): T | undefined {
  if (isWrittenOut(rule)) {
    if (rule.name.includes("/")) {
      const message = `\`${rule.name}\` is a built-in's name, and this is written out`;
      report("name-taken", `${path}.name`, message, "give a rule of your own a name without a slash");
    }
    return rule;
  }
  const { name, digest } = rule as Reference;
  const builtIn = find(name);
  if (builtIn === undefined) {
    const hint = whereItIs(name) ?? didYouMean(name, names);
    report(code, `${path}.name`, `there is no built-in \`${name}\``, hint);
    return undefined;
  }
  if (builtIn.digest !== digest) {
    report(
      "digest-mismatch",
      `${path}.digest`,
      `\`${name}\` is another text here: ${builtIn.digest}`,
      "both sides need the same release of optseal, or the rule written out in the spec",
    );
    return undefined;
  }
  return builtIn.tree;
}
