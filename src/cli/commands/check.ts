/** cli: `optseal check`. */
import type { Checked } from "../../index.ts";
import { check, documentDigest } from "../../index.ts";
import { has, optional, subject } from "../arguments.ts";
import type { Run } from "../command.ts";
import { about } from "../errors.ts";
import { inputName } from "../read-input.ts";
import { printJson, printLines } from "../say.ts";
import type { Shapes } from "../spec-text.ts";
import { checkedLines, groupCost, parametersOf } from "../spec-text.ts";
import { readSpec } from "../specs.ts";
import { readTensors, shapesOf } from "../tensors.ts";

function json({ spec, program }: Checked, shapes: Shapes | undefined) {
  const { schedule, scheduled } = program;
  const keys = shapes === undefined ? undefined : parametersOf(program, shapes);
  return {
    spec: documentDigest(spec),
    rule: spec.rule.name,
    schedule:
      schedule === undefined || spec.schedule === undefined
        ? null
        : {
            name: spec.schedule.rule.name,
            drives: scheduled,
            every: schedule.every,
            hyper: schedule.hyper,
            cost: schedule.cost,
          },
    groups: program.bindings.map((binding) => {
      const { match, hyper, slots, cost } = binding;
      const names = keys?.get(binding);
      return {
        match: match ?? null,
        hyper,
        state: slots.map(({ name, shape }) => ({ name, shape })),
        cost,
        ...(names === undefined || shapes === undefined
          ? {}
          : { parameters: names, total: groupCost(binding, names, shapes) }),
      };
    }),
  };
}

export const run: Run = async (args, io) => {
  const [path, weights] = [subject(args), optional(args, "shapes")];
  const authored = await readSpec(io, path);
  const shapes = weights === undefined ? undefined : shapesOf(await readTensors(io, weights));
  const checked = await about(inputName(path), () => check(authored, shapes === undefined ? {} : { shapes }));
  if (has(args, "json")) await printJson(io, json(checked, shapes));
  else await printLines(io, checkedLines(checked, documentDigest(checked.spec), shapes));
  return undefined;
};
