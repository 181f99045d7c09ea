/** cli: `optseal plot`. */
import type { Checked, Optimizer } from "../../index.ts";
import { check, compile } from "../../index.ts";
import { has, optional, subject } from "../arguments.ts";
import type { Chart, Point } from "../chart/scale.ts";
import { lineChart as svgChart } from "../chart/svg.ts";
import { lineChart as terminalChart } from "../chart/terminal.ts";
import type { Run } from "../command.ts";
import { about, UsageError } from "../errors.ts";
import { inputName } from "../read-input.ts";
import { tell } from "../say.ts";
import { readSpec } from "../specs.ts";
import { readWhole } from "../values.ts";
import { visible } from "../visible.ts";
import { checkOutputs, writeOutputs } from "../write-outputs.ts";

/** Updates that a schedule without counts of its own is drawn for. */
const SHORT = 1000;
/** What a curve may cost: a few seconds. */
const MOST = 10_000_000;
/** Updates that are tried without being asked for: a second or so. */
const LONG = 200_000;
/** Points of a curve: more than an image has columns. */
const POINTS = 2000;

const start = (checked: Checked): Optimizer => compile(checked).attach({});

/** The rate that is in force where no schedule is: that of the parameters no group is for. */
function constantRate({ spec, program }: Checked): number {
  const hyper = program.bindings.at(-1)?.hyper;
  const named = program.scheduled ?? ["learning_rate", "lr"].find((name) => hyper?.[name] !== undefined);
  const rate = named === undefined ? undefined : hyper?.[named];
  if (typeof rate === "number") return rate;
  throw new UsageError(
    `\`${spec.rule.name}\` has no schedule, and no rate that could be drawn`,
    "give the spec a schedule, or a hyperparameter called learning_rate or lr",
  );
}

/**
 * As far as the largest count among the schedule's arguments and a quarter more; four times as far again where the rate still
 * changes behind that.
 */
function horizon(checked: Checked): number {
  const { schedule } = checked.program;
  if (schedule === undefined) return SHORT;
  const counts = Object.values(schedule.hyper)
    .flat()
    .filter((value) => Number.isSafeInteger(value)) as number[];
  const largest = Math.max(0, ...counts.map((count) => count * schedule.every));
  const near = largest < 2 ? SHORT : Math.min(MOST, Math.ceil(largest * 1.25));
  if (near * 4 > LONG) return near;
  const optimizer = start(checked);
  const first = optimizer.updates;
  return optimizer.rateAt(first + near) === optimizer.rateAt(first + 4 * near) ? near : 4 * near;
}

/** The first, least, greatest and last point of each stretch, so that no peak is lost. */
function thinned(rate: (update: number) => number, from: number, count: number): readonly Point[] {
  const stretch = Math.max(1, Math.ceil((4 * count) / POINTS));
  const points: Point[] = [];
  for (let at = 0; at < count; at += stretch) {
    const part: Point[] = [];
    for (let i = at; i < Math.min(count, at + stretch); i++) part.push([from + i, rate(from + i)]);
    const low = part.reduce((a, b) => (b[1] < a[1] ? b : a));
    const high = part.reduce((a, b) => (b[1] > a[1] ? b : a));
    const kept = new Set([part[0] as Point, low, high, part.at(-1) as Point]);
    points.push(...[...kept].sort(([a], [b]) => a - b));
  }
  return points;
}

function chartOf(checked: Checked, count: number): Chart {
  const { spec, program } = checked;
  const optimizer = start(checked);
  const isConstant = program.schedule === undefined;
  const constant = isConstant ? constantRate(checked) : 0;
  const points = thinned(
    isConstant ? () => constant : (update) => optimizer.rateAt(update) as number,
    optimizer.updates + 1,
    count,
  );
  const name = spec.schedule === undefined ? "constant rate" : spec.schedule.rule.name;
  return {
    title: visible(`${spec.rule.name}, ${name}`),
    xLabel: "update",
    yLabel: visible(program.scheduled ?? "learning rate"),
    series: [{ name, points }],
  };
}

export const run: Run = async (args, io) => {
  const [path, svg, given] = [subject(args), optional(args, "svg"), optional(args, "updates")];
  const force = has(args, "force");
  const wanted = given === undefined ? undefined : readWhole("updates", given, 1);
  if (wanted !== undefined && wanted > MOST)
    throw new UsageError(`\`--updates ${given}\` is more than can be drawn`, `at most ${MOST}`);
  await checkOutputs(io, [svg], force);
  const authored = await readSpec(io, path);
  const checked = await about(inputName(path), () => check(authored));
  const chart = chartOf(checked, wanted ?? horizon(checked));
  if (svg !== undefined) {
    await writeOutputs(io, [{ path: svg, bytes: svgChart(chart) }], force);
    if (svg !== "-") await tell(io, `wrote ${svg}`);
    return undefined;
  }
  await io.stdout.write(terminalChart(chart, { columns: Math.min(120, io.stdout.columns ?? 80) }));
  return undefined;
};
