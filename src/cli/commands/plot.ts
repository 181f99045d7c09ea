/** cli: `optseal plot`. */
import type { Checked } from "../../index.ts";
import { check } from "../../index.ts";
import { has, optional, subject } from "../arguments.ts";
import { courseOf } from "../chart/course.ts";
import { landmarksOf } from "../chart/landmarks.ts";
import { sampled, thinned } from "../chart/samples.ts";
import type { Chart, Series } from "../chart/scale.ts";
import { lineChart as svgChart } from "../chart/svg.ts";
import { lineChart as terminalChart } from "../chart/terminal.ts";
import type { Run } from "../command.ts";
import type { HyperCurve } from "../curves.ts";
import { courseCurve, curvesOf, rateName } from "../curves.ts";
import { about, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Progress } from "../progress.ts";
import { progress } from "../progress.ts";
import { inputName } from "../read-input.ts";
import { tell } from "../say.ts";
import { readSpec } from "../specs.ts";
import { showsUnicode } from "../unicode.ts";
import { readWhole } from "../values.ts";
import { visible } from "../visible.ts";
import { checkOutputs, writeOutputs } from "../write-outputs.ts";

/** Updates of the longest curve. */
const MOST = 10_000_000;
/** Samples of a curve that can be looked at anywhere; one with state has to be run through, and so is looked at throughout. */
const SAMPLES = 25_000;

const X_LABEL = "update";

/** The samples that a chart needs, and who is told how many there are. */
interface Looks {
  readonly from: number;
  readonly count: number;
  readonly most: number;
  readonly bar: Progress;
}

async function seriesOf(
  { name, at }: HyperCurve,
  { from, count, most, bar }: Looks,
  done: number,
): Promise<Series> {
  const samples = await sampled(at, from, count, most, (taken) => bar.at(done + taken));
  const { text, points } = landmarksOf(samples, X_LABEL);
  return { name: visible(name), points: thinned(samples), note: text, marks: points };
}

/** The rate's chart, and below it that of a momentum that the schedule cycles. */
async function chartsOf(
  io: Io,
  checked: Checked,
  wanted: number | undefined,
): Promise<readonly [Chart, ...Chart[]]> {
  const curves = curvesOf(checked);
  const count = wanted ?? Math.min(MOST, courseOf(courseCurve(checked, curves)));
  const { spec, program } = checked;
  const { made, rates, momentum } = curves;
  const lines = momentum === undefined ? rates : [...rates, momentum];
  const most = (program.schedule?.slots.length ?? 0) > 0 ? count : Math.min(count, SAMPLES);
  const bar = progress(io, most * lines.length, "samples");
  const looks: Looks = { from: made + 1, count, most, bar };
  const series: Series[] = [];
  for (const [i, line] of lines.entries()) series.push(await seriesOf(line, looks, i * most));
  await bar.end();
  const chart = (title: string, label: string, drawn: readonly Series[]): Chart => ({
    title: visible(title),
    xLabel: X_LABEL,
    yLabel: visible(label),
    series: drawn,
  });
  const name = spec.schedule === undefined ? "constant rate" : spec.schedule.rule.name;
  const rate = chart(
    `${spec.rule.name}, ${name}`,
    rateName(checked) as string,
    series.slice(0, rates.length),
  );
  return momentum === undefined ? [rate] : [rate, chart("", momentum.name, series.slice(rates.length))];
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
  const charts = await chartsOf(io, checked, wanted);
  if (svg !== undefined) {
    await writeOutputs(io, [{ path: svg, bytes: svgChart(...charts) }], force);
    if (svg !== "-") await tell(io, `wrote ${svg}`);
    return undefined;
  }
  await io.stdout.write(
    terminalChart(charts, {
      columns: Math.min(120, io.stdout.columns ?? 80),
      ascii: !showsUnicode(io.env),
    }),
  );
  return undefined;
};
