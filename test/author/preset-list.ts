/** All presets, each with its built-in and with that one's committed example. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { RulePreset, SchedulePreset } from "../../src/author/preset.ts";
import * as made from "../../src/author/presets.gen.ts";
import type { BuiltIn } from "../../src/rules/built-in.ts";
import { findRule, findSchedule } from "../../src/rules/built-in.ts";
import type { HyperValues, Rule, Schedule } from "../../src/spec/tree.ts";

type Preset = (hyper?: HyperValues) => RulePreset | SchedulePreset;

/** A spec as a person writes it. */
interface Example {
  readonly hyper: HyperValues;
  readonly schedule?: { readonly hyper?: HyperValues };
}

interface Listed {
  /** Where it stands: `torch.adamW`. */
  readonly name: string;
  readonly call: Preset;
  /** What it asks for: `torch-2.13/adamw`. */
  readonly said: string;
  readonly builtIn: BuiltIn<Rule | Schedule>;
  /** A spec with the built-in, and its arguments there. */
  readonly example: Example;
  readonly hyper: HyperValues;
}

function listed(name: string, call: Preset): Listed {
  const preset = call();
  const said = "rule" in preset ? preset.rule : preset.name;
  const builtIn = "rule" in preset ? findRule(said) : findSchedule(said);
  if (builtIn === undefined) throw new Error(`${name} asks for ${said}, which is no built-in`);
  const file = new URL(`../../examples/specs/${builtIn.name}.yaml`, import.meta.url);
  const example = parse(readFileSync(file, "utf8")) as Example;
  const hyper = "rule" in preset ? example.hyper : (example.schedule?.hyper ?? {});
  return { name, call, said, builtIn, example, hyper };
}

export const PRESETS: readonly Listed[] = Object.entries(made).flatMap(([space, presets]) =>
  Object.entries(presets as unknown as { readonly [key: string]: Preset }).map(([key, call]) =>
    listed(`${space}.${key}`, call),
  ),
);
