/** cli: `optseal plot`. */
import type { Checked } from "../../index.ts";
import { check } from "../../index.ts";
import { has, optional, subject } from "../arguments.ts";
import { courseOf } from "../chart/course.ts";
import { landmarksText, marksOf } from "../chart/landmarks.ts";
import type { Chart, Point, Series } from "../chart/scale.ts";
import { lineChart as svgChart } from "../chart/svg.ts";
import { lineChart as terminalChart } from "../chart/terminal.ts";
import type { Run } from "../command.ts";
import type { HyperCurve } from "../curves.ts";
import { courseCurve, curvesOf, rateName } from "../curves.ts";
import { about, UsageError } from "../errors.ts";
import { inputName } from "../read-input.ts";
import { tell } from "../say.ts";
import { readSpec } from "../specs.ts";
import { readWhole } from "../values.ts";
import { visible } from "../visible.ts";
import { checkOutputs, writeOutputs } from "../write-outputs.ts";

/** Updates of the longest curve. */
const MOST = 10_000_000;
/** Points of a curve: more than an image has columns. */
const POINTS = 2000;
/** Updates that are looked at between two columns, where there are very many. */
const LOOKS = 50;

/** The first, least, greatest and last point of each stretch, so that no peak is lost. */
function thinned(at: (update: number) => number, from: number, count: number): readonly Point[] {
  const stretch = Math.max(1, Math.ceil((4 * count) / POINTS));
  const stride = Math.max(1, Math.floor(stretch / LOOKS));
  const points: Point[] = [];
  for (let begin = 0; begin < count; begin += stretch) {
    const part: Point[] = [];
    const end = Math.min(count, begin + stretch) - 1;
    for (let i = begin; i < end; i += stride) part.push([from + i, at(from + i)]);
    part.push([from + end, at(from + end)]);
    const low = part.reduce((a, b) => (b[1] < a[1] ? b : a));
    const high = part.reduce((a, b) => (b[1] > a[1] ? b : a));
    const kept = new Set([part[0] as Point, low, high, part.at(-1) as Point]);
    points.push(...[...kept].sort(([a], [b]) => a - b));
  }
  return points;
}

const X_LABEL = "update";

function seriesOf({ name, at }: HyperCurve, from: number, count: number): Series {
  const points = thinned(at, from, count);
  return { name: visible(name), points, note: landmarksText(points, X_LABEL), marks: marksOf(points) };
}

/** The rate's chart, and below it that of a momentum that the schedule cycles. */
function chartsOf(checked: Checked, wanted: number | undefined): readonly [Chart, ...Chart[]] {
  const curves = curvesOf(checked);
  const count = wanted ?? Math.min(MOST, courseOf(courseCurve(checked, curves)));
  const { spec } = checked;
  const { made, rates, momentum } = curves;
  const chart = (title: string, label: string, lines: readonly HyperCurve[]): Chart => {
    const series = lines.map((line) => seriesOf(line, made + 1, count));
    return { title: visible(title), xLabel: X_LABEL, yLabel: visible(label), series };
  };
  const name = spec.schedule === undefined ? "constant rate" : spec.schedule.rule.name;
  const rate = chart(`${spec.rule.name}, ${name}`, rateName(checked) as string, rates);
  return momentum === undefined ? [rate] : [rate, chart("", momentum.name, [momentum])];
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
  const charts = chartsOf(checked, wanted);
  if (svg !== undefined) {
    await writeOutputs(io, [{ path: svg, bytes: svgChart(...charts) }], force);
    if (svg !== "-") await tell(io, `wrote ${svg}`);
    return undefined;
  }
  await io.stdout.write(terminalChart(charts, { columns: Math.min(120, io.stdout.columns ?? 80) }));
  return undefined;
};
