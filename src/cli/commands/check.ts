/** cli: `optseal check`. */
import type { Authored, Checked } from "../../index.ts";
import { author, check, documentDigest } from "../../index.ts";
import { has, optional, subject } from "../arguments.ts";
import type { Arguments, Run } from "../command.ts";
import { about } from "../errors.ts";
import { historyOf } from "../history.ts";
import { saidToBeInForce } from "../in-force.ts";
import type { Io } from "../io.ts";
import { INPUT_LIMITS, inputName, readInput } from "../read-input.ts";
import { printJson, printLines } from "../say.ts";
import type { Shapes } from "../spec-text.ts";
import { checkedLines, groupCost, parametersOf } from "../spec-text.ts";
import { authorBytes } from "../specs.ts";
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

/** A spec, or with `--base` what an amendment makes of one. */
async function readAuthored(args: Arguments, io: Io, path: string): Promise<Authored> {
  const bytes = await readInput(io, path, { limit: INPUT_LIMITS.document });
  if (!has(args, "base")) return authorBytes(path, bytes);
  const { checked } = await saidToBeInForce(await historyOf(io, args, { path, bytes }));
  return author(checked.spec);
}

export const run: Run = async (args, io) => {
  const [path, weights] = [subject(args), optional(args, "shapes")];
  const authored = await readAuthored(args, io, path);
  const shapes = weights === undefined ? undefined : shapesOf(await readTensors(io, weights));
  const checked = await about(inputName(path), () => check(authored, shapes === undefined ? {} : { shapes }));
  if (has(args, "json")) await printJson(io, json(checked, shapes));
  else await printLines(io, checkedLines(checked, documentDigest(checked.spec), shapes));
  return undefined;
};
