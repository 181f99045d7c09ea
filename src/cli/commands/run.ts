/** cli: `optseal run`: weights and gradients in files, one update for each file of gradients. */
import { availableParallelism } from "node:os";
import type { Checked, CompiledRule, Optimizer, Parameter, Safetensors, Tensor } from "../../index.ts";
import {
  check,
  compile,
  documentDigest,
  readSafetensors,
  readState,
  StateError,
  writeSafetensors,
  writeState,
} from "../../index.ts";
import { has, needed, optional, subject, valuesOf } from "../arguments.ts";
import type { Arguments, Run } from "../command.ts";
import { about, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { kindOf } from "../kinds.ts";
import { openEnvelope } from "../opening.ts";
import { progress } from "../progress.ts";
import { INPUT_LIMITS, inputName, readInput } from "../read-input.ts";
import { tell } from "../say.ts";
import { authorBytes } from "../specs.ts";
import { readTensors } from "../tensors.ts";
import { readChoice, readWhole } from "../values.ts";
import { checkOutputs, writeOutputs } from "../write-outputs.ts";

const VERIFICATION = ["trust", "job", "audience"] as const;

/** What is to be run, last, and of an amendment each spec before it, whose state it goes on from. */
async function readHistory(
  args: Arguments,
  io: Io,
  path: string,
  bytes: Uint8Array,
): Promise<readonly Checked[]> {
  if (kindOf(bytes) !== "envelope") {
    const given = [...VERIFICATION, "store" as const, "base" as const].find((name) => has(args, name));
    if (given !== undefined)
      throw new UsageError(
        `\`--${given}\` is for envelopes`,
        "this is a spec of your own, which nobody has signed",
      );
    const authored = await authorBytes(path, bytes);
    return [await about(inputName(path), () => check(authored))];
  }
  const missing = VERIFICATION.find((name) => !has(args, name));
  if (missing !== undefined)
    throw new UsageError(
      `an envelope is run with \`--${missing}\``,
      "an envelope is verified before it is run",
    );
  return (await openEnvelope(io, path, bytes, args)).history;
}

/** Types that can be updated. */
const TYPES = { F32: "float32", F16: "float16", BF16: "bfloat16" } as const;
type Updated = Extract<Tensor, { readonly dtype: keyof typeof TYPES }>;

const isUpdated = (tensor: Tensor): tensor is Updated => Object.hasOwn(TYPES, tensor.dtype);

function otherType(name: string, { dtype }: Tensor, allowed: string): StateError {
  return new StateError({
    code: "dtype-mismatch",
    message: `\`${name}\` is ${dtype}, and ${allowed}`,
    path: name,
    hint: "convert it first",
  });
}

/** Those that can be updated: copies, which the optimizer writes to. Others pass through as they are. */
function parametersOf({ tensors }: Safetensors): ReadonlyMap<string, Parameter> {
  return new Map(
    [...tensors].flatMap(([name, tensor]) => {
      if (!isUpdated(tensor)) return [];
      const { dtype, shape, data } = tensor;
      return [[name, { shape, data, dtype: TYPES[dtype] } as Parameter]];
    }),
  );
}

function gradientsOf({ tensors }: Safetensors, weights: Safetensors): ReadonlyMap<string, Updated["data"]> {
  const gradients = new Map<string, Updated["data"]>();
  for (const [name, tensor] of tensors) {
    const weight = weights.tensors.get(name);
    if (weight !== undefined && !isUpdated(weight)) {
      throw otherType(name, weight, `updates are of ${Object.keys(TYPES).join(", ")}`);
    }
    if (!isUpdated(tensor) || !["F32", weight?.dtype ?? tensor.dtype].includes(tensor.dtype)) {
      throw otherType(name, tensor, "gradients are F32, or of their weights' 16 bits");
    }
    if (weight !== undefined && weight.shape.join() !== tensor.shape.join())
      throw new StateError({
        code: "bad-shape",
        message: `the gradient of \`${name}\` has the shape [${tensor.shape.join(", ")}], the weights [${weight.shape.join(", ")}]`,
        path: name,
      });
    gradients.set(name, tensor.data);
  }
  return gradients;
}

/** An optimizer that may keep its weights elsewhere until it is asked to write them back. */
type Running = Optimizer & { writeBack?(): void; close?(): Promise<void> };
interface Compiled {
  attach(...given: Parameters<CompiledRule["attach"]>): Running;
}

/** How many threads are asked for: one for each core, unless it is said. */
function threadsOf(args: Arguments, engine: Engine): number {
  const text = optional(args, "threads");
  if (text === undefined) return availableParallelism();
  if (engine === "reference")
    throw new UsageError("the reference engine has one thread", "`--threads` goes with `--engine wasm`");
  const count = readWhole("threads", text, 1);
  if (count > MOST_THREADS)
    throw new UsageError(`${count} threads are too many`, `${MOST_THREADS} are the most`);
  return count;
}

const MOST_THREADS = 1024;

/** What computes. Modules are loaded only where they are asked for. */
const ENGINES = {
  reference: async (checked: Checked): Promise<Compiled> => compile(checked),
  wasm: async (checked: Checked, threads: number): Promise<Compiled> =>
    (await import("../wasm.ts")).compileModule(checked, threads),
};
type Engine = keyof typeof ENGINES;

interface Work {
  readonly history: readonly [...Checked[], Checked];
  readonly compiled: (checked: Checked) => Promise<Compiled>;
  readonly weights: Safetensors;
}

/** A state may be that of a spec that has been amended since: it is taken up there, and amended in its turn. */
async function attach(args: Arguments, io: Io, { history, compiled, weights }: Work): Promise<Running> {
  const path = optional(args, "state-in");
  const parameters = parametersOf(weights);
  const last = history.length - 1;
  if (path === undefined) return (await compiled(history[last] as Checked)).attach(parameters);
  const bytes = await readInput(io, path, { limit: INPUT_LIMITS.tensors });
  return about(inputName(path), async () => {
    const said = readSafetensors(bytes).metadata.get("spec");
    const found = history.findLastIndex(({ spec }) => documentDigest(spec) === said);
    const at = found < 0 ? last : found;
    const checked = history[at] as Checked;
    const state = readState(bytes, documentDigest(checked.spec));
    const optimizer = (await compiled(checked)).attach(parameters, state);
    for (const amended of history.slice(at + 1)) optimizer.amend(amended);
    return optimizer;
  });
}

export const run: Run = async (args, io) => {
  const [path, out, stateOut] = [subject(args), needed(args, "out"), optional(args, "state-out")];
  const force = has(args, "force");
  const choices = Object.keys(ENGINES) as readonly Engine[];
  const engine = readChoice("engine", optional(args, "engine") ?? "reference", choices);
  const threads = threadsOf(args, engine);
  await checkOutputs(io, [out, stateOut], force);
  const bytes = await readInput(io, path, { limit: INPUT_LIMITS.document });
  const history = (await readHistory(args, io, path, bytes)) as Work["history"];
  const weightsPath = needed(args, "weights");
  const weights = await readTensors(io, weightsPath);
  const compiled = (checked: Checked) => ENGINES[engine](checked, threads);
  const work = { history, compiled, weights };
  const optimizer = await about(inputName(weightsPath), () => attach(args, io, work));
  const files = valuesOf(args, "grads");
  const bar = progress(io, files.length);
  for (const [done, file] of files.entries()) {
    await bar.at(done);
    const gradients = await readTensors(io, file);
    await about(inputName(file), () => optimizer.step(gradientsOf(gradients, weights)));
  }
  await bar.end();
  optimizer.writeBack?.();
  await optimizer.close?.();
  const outputs = [{ path: out, bytes: writeSafetensors(weights.tensors, weights.metadata) }];
  if (stateOut !== undefined)
    outputs.push({
      path: stateOut,
      bytes: writeState(optimizer.state(), documentDigest((history.at(-1) as Checked).spec)),
    });
  await writeOutputs(io, outputs, force);
  await tell(
    io,
    `${files.length === 1 ? "1 update" : `${files.length} updates`}, ${optimizer.updates} in all`,
  );
  return undefined;
};
