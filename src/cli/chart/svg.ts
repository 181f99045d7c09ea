/** chart: line charts as one self-contained SVG image. In: series. Out: its text. Imports nothing but its own folder. */
import type { Axis, Chart, Point } from "./scale.ts";
import { notesOf, placeOn, tickText, valueText, xAxis, yAxis } from "./scale.ts";
import { wrapped } from "./words.ts";

const WIDTH = 720;
const RIGHT = 700;
/** What the numbers of the vertical axis have room in; long ones make it wider. */
const LEFT = 76;
const HEAD = { first: 28, title: 20, note: 18, none: 8 } as const;
/** Characters of a line at the title's size, bold and in a wide typeface, and at that of all other text. */
const LETTERS = { title: 66, note: 84 } as const;
/** Pixels of a digit in a wide typeface. */
const DIGIT = 8.3;
const HEIGHTS = { first: 290, below: 150 } as const;
/** Grey that reads at 4.5 to 1 on white and nearly so on black; lines at 3 to 1 or more on both. */
const INK = "#767676";
const LINES = ["#2f7fe0", "#d0661a", "#1f9656", "#a05ad0", "#c9436b"] as const;

/** Where a chart's own area is, in pixels. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
}

/** Text inside XML; what XML cannot hold, or would show as something else, becomes U+FFFD. */
function xml(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ufffe\uffff]/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

const round = (value: number): number => Math.round(value * 100) / 100;

function across(value: number, of: Axis, { left }: Box): number {
  return round(left + placeOn(of, value) * (RIGHT - left));
}

function up(value: number, of: Axis, { top, bottom }: Box): number {
  return round(bottom - placeOn(of, value) * (bottom - top));
}

const colour = (i: number): string => LINES[i % LINES.length] as string;

const isDrawn = ([x, y]: Point): boolean => Number.isFinite(x) && Number.isFinite(y);

/** Where the numbers end (NaN, infinity), the line does, and begins anew behind them. */
function path(points: readonly Point[], x: Axis, y: Axis, box: Box): string {
  let isDrawing = false;
  const parts: string[] = [];
  for (const point of points) {
    const [px, py] = point;
    if (isDrawn(point)) parts.push(`${isDrawing ? "L" : "M"}${across(px, x, box)} ${up(py, y, box)}`);
    isDrawing = isDrawn(point);
  }
  return parts.join("");
}

function text(x: number, y: number, anchor: string, content: string, more = ""): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}"${more}>${xml(content)}</text>`;
}

/** A number below the axis, under its tick, or as near as the image's edge lets it. */
function below(at: number, y: number, content: string): string {
  const reaches = at + (content.length * DIGIT) / 2 > WIDTH - 4;
  return reaches ? text(WIDTH - 4, y, "end", content) : text(at, y, "middle", content);
}

function axes(x: Axis, y: Axis, box: Box): readonly string[] {
  const { left, top, bottom } = box;
  const lines = y.ticks.map((tick) => `M${left} ${up(tick, y, box)}H${RIGHT}`).join("");
  const marks = x.ticks.map((tick) => `M${across(tick, x, box)} ${bottom}v5`).join("");
  return [
    `<path d="${lines}" stroke="${INK}" stroke-opacity="0.25" fill="none"/>`,
    `<path d="M${left} ${top}V${bottom}H${RIGHT}${marks}" stroke="${INK}" fill="none"/>`,
    ...y.ticks.map((tick) => text(left - 8, up(tick, y, box) + 4, "end", tickText(tick))),
    ...x.ticks.map((tick) => below(across(tick, x, box), bottom + 20, tickText(tick))),
  ];
}

/** Names inside the chart, where there are several without notes. */
function legend(series: Chart["series"], { top }: Box): readonly string[] {
  if (series.length < 2 || notesOf(series).length > 0) return [];
  return series.map(({ name }, i) => text(RIGHT - 8, top + 16 + 18 * i, "end", name, ` fill="${colour(i)}"`));
}

function curves({ series, xLabel }: Chart, x: Axis, y: Axis, box: Box): readonly string[] {
  return series.flatMap(({ points, marks = [] }, i) => [
    `<path d="${path(points, x, y, box)}" stroke="${colour(i)}" stroke-width="2" stroke-linejoin="round" stroke-linecap="round" fill="none"/>`,
    ...marks
      .filter(isDrawn)
      .map(
        ([mx, my]) =>
          `<circle cx="${across(mx, x, box)}" cy="${up(my, y, box)}" r="3.5" fill="${colour(i)}"><title>${xml(`${xLabel} ${mx}: ${valueText(my)}`)}</title></circle>`,
      ),
  ]);
}

/** A chart's axes, before it has a place. */
interface Scaled {
  readonly chart: Chart;
  readonly x: Axis;
  readonly y: Axis;
  readonly height: number;
}

function scaled(chart: Chart, height: number, steps: number): Scaled {
  return { chart, x: xAxis(chart.series, 8), y: yAxis(chart.series, steps), height };
}

/** One chart, below what there is already. */
function panel({ chart, x, y, height }: Scaled, from: number, left: number) {
  const { title, xLabel, yLabel, series } = chart;
  const titles = title === "" ? [] : wrapped(title, LETTERS.title);
  const lines = notesOf(series).flatMap(([note, i]) =>
    wrapped(note, LETTERS.note).map(
      (line) => [line, series.length > 1 ? ` fill="${colour(i)}"` : ""] as const,
    ),
  );
  const head = titles.length === 0 ? HEAD.none : HEAD.first + titles.length * HEAD.title;
  const top = from + head + lines.length * HEAD.note;
  const box: Box = { left, top, bottom: top + height };
  const middle = top + height / 2;
  const noted = top - 16 - (lines.length - 1) * HEAD.note;
  return {
    below: box.bottom + 62,
    elements: [
      ...titles.map((line, i) =>
        text(left, from + HEAD.first + i * HEAD.title, "start", line, ' font-size="14" font-weight="600"'),
      ),
      ...lines.map(([line, fill], i) => text(left, noted + i * HEAD.note, "start", line, fill)),
      ...axes(x, y, box),
      ...curves(chart, x, y, box),
      ...legend(series, box),
      text((left + RIGHT) / 2, box.bottom + 46, "middle", xLabel),
      text(18, middle, "middle", yLabel, ` transform="rotate(-90 18 ${middle})"`),
    ],
  };
}

/** What an image shows, for those who do not see it. */
function described({ xLabel, yLabel, series }: Chart): string {
  const notes = notesOf(series).map(([note]) => note);
  const told = notes.length > 0 ? notes : series.map(({ name }) => name);
  return `${yLabel} by ${xLabel}: ${told.join("; ")}.`;
}

/**
 * An image 720 wide and 400 high, or higher with notes and with further charts below the first, readable on white and on dark,
 * with a line feed at its end.
 */
export function lineChart(chart: Chart, ...further: readonly Chart[]): string {
  const all = [scaled(chart, HEIGHTS.first, 6), ...further.map((one) => scaled(one, HEIGHTS.below, 4))];
  const numbers = all.flatMap(({ y }) => y.ticks.map((tick) => tickText(tick).length));
  const left = Math.max(LEFT, Math.ceil(34 + Math.max(0, ...numbers) * DIGIT));
  let height = 0;
  const elements = all.flatMap((one) => {
    const drawn = panel(one, height, left);
    height = drawn.below;
    return drawn.elements;
  });
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="13" fill="${INK}">`,
    `<title>${xml(chart.title)}</title>`,
    `<desc>${xml([chart, ...further].map(described).join(" "))}</desc>`,
    ...elements,
    "</svg>",
  ].join("\n")}\n`;
}
