/**
 * golden: a converted rule without its noise. MXNet's Langevin dynamics draw from the library's own generator, which optseal does not
 * have; in the cases that say so the real sampler gave zeros, so that all but the noise is held against it.
 */
import type { author } from "../../src/author/author.ts";
import type { findRule } from "../../src/rules/built-in.ts";
import type { Authored } from "../../src/spec/gates.ts";

/** What of optseal is needed for it. */
interface Engine {
  readonly author: typeof author;
  readonly findRule: typeof findRule;
}

/** The same spec with `normal(seed, t)` read as 0. */
export function quiet({ author, findRule }: Engine, { spec }: Authored): Authored {
  const { rule, schedule, ...rest } = spec;
  const text = findRule(rule.name)?.text;
  if (text === undefined) throw new Error(`there is no built-in ${rule.name}`);
  // A built-in's name is refused for a rule that is written out.
  const written = text.replace("normal(seed, t)", "0").replace(/^rule \S+/, "rule quiet");
  if (schedule === undefined) return author({ ...rest, rule: written });
  const { rule: reference, ...use } = schedule;
  return author({ ...rest, rule: written, schedule: { ...use, name: reference.name } });
}
