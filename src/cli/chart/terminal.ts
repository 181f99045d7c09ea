/** chart: line charts in Braille dots, or in ASCII, for 80 columns of text. In: series. Out: lines. Imports nothing but its own folder. */
import type { Axis, Chart, Point, Series } from "./scale.ts";
import { notesOf, placeOn, tickText, xAxis, yAxis } from "./scale.ts";
import { wrapped } from "./words.ts";

/** Bits of a Braille cell, by row and column of its 4 by 2 dots (Unicode, Braille Patterns, U+2800). */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** Lines of a plot itself. */
const ROWS = { first: 16, below: 7 } as const;

/** What lines are made of: a cell by its dots, and the axes. */
interface Pen {
  readonly cell: (dots: number) => string;
  readonly left: string;
  readonly tick: string;
  readonly corner: string;
  readonly bottom: string;
  readonly below: string;
}

/** The dots of a cell's upper half. */
const UPPER = 0x01 | 0x08 | 0x02 | 0x10;

const BRAILLE: Pen = {
  cell: (dots) => String.fromCodePoint(0x2800 + dots),
  left: "│",
  tick: "┤",
  corner: "└",
  bottom: "─",
  below: "┬",
};

const ASCII: Pen = {
  cell: (dots) => ((dots & UPPER) === 0 ? "." : (dots & ~UPPER) === 0 ? "'" : ":"),
  left: "|",
  tick: "+",
  corner: "+",
  bottom: "-",
  below: "+",
};

/** A landmark on a curve. */
const MARK = "o";

export interface TerminalForm {
  /** Characters of a line; default 80. */
  readonly columns?: number;
  /** Lines of each plot itself; default 16, and 7 for those below the first. */
  readonly rows?: number;
  /** For terminals that show nothing else. */
  readonly ascii?: boolean;
}

class Canvas {
  readonly #cells: Uint8Array;
  readonly #marks = new Set<number>();
  readonly columns: number;
  readonly rows: number;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.#cells = new Uint8Array(columns * rows);
  }

  dot(x: number, y: number): void {
    if (x < 0 || y < 0 || x >= this.columns * 2 || y >= this.rows * 4) return;
    const cell = (y >> 2) * this.columns + (x >> 1);
    const row = DOTS[(y & 3) as 0 | 1 | 2 | 3];
    this.#cells[cell] = (this.#cells[cell] as number) | row[(x & 1) as 0 | 1];
  }

  /** The dots between two, both included. */
  line(x0: number, y0: number, x1: number, y1: number): void {
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
    for (let i = 0; i <= steps; i++) {
      this.dot(Math.round(x0 + ((x1 - x0) * i) / steps), Math.round(y0 + ((y1 - y0) * i) / steps));
    }
  }

  /** A mark in place of the cell of a dot. */
  mark(x: number, y: number): void {
    this.#marks.add((y >> 2) * this.columns + (x >> 1));
  }

  row(row: number, { cell }: Pen): string {
    const first = row * this.columns;
    const cells = this.#cells.subarray(first, first + this.columns);
    return Array.from(cells, (dots, i) =>
      this.#marks.has(first + i) ? MARK : dots === 0 ? " " : cell(dots),
    ).join("");
  }
}

/** Where a value falls on `count` dots. */
function place(value: number, of: Axis, count: number): number {
  return Math.round(placeOn(of, value) * (count - 1));
}

const isDrawn = ([x, y]: Point): boolean => Number.isFinite(x) && Number.isFinite(y);

function draw(canvas: Canvas, { points, marks = [] }: Series, x: Axis, y: Axis): void {
  const [width, height] = [canvas.columns * 2, canvas.rows * 4];
  const dotOf = ([px, py]: Point): Point => [place(px, x, width), height - 1 - place(py, y, height)];
  let last: Point | undefined;
  for (const point of points) {
    const next = isDrawn(point) ? dotOf(point) : undefined;
    if (next !== undefined) canvas.line(...(last ?? next), ...next);
    last = next;
  }
  for (const mark of marks.filter(isDrawn)) canvas.mark(...dotOf(mark));
}

/** The numbers below the horizontal axis, each centred under its tick, and none over another. */
function bottom(x: Axis, left: number, columns: number, pen: Pen): readonly [string, string] {
  const marks = Array.from({ length: columns }, () => pen.bottom);
  const labels = Array.from({ length: left + 1 + columns }, () => " ");
  let free = 0;
  for (const tick of x.ticks) {
    const at = Math.min(columns - 1, place(tick, x, columns * 2) >> 1);
    marks[at] = pen.below;
    const text = tickText(tick);
    const from = Math.min(labels.length - text.length, Math.max(0, left + 1 + at - (text.length >> 1)));
    if (from < free) continue;
    labels.splice(from, text.length, ...text);
    free = from + text.length + 1;
  }
  return [`${" ".repeat(left)}${pen.corner}${marks.join("")}`, labels.join("").trimEnd()];
}

/** Curves with their axes. */
function plotted({ series, xLabel }: Chart, columns: number, rows: number, pen: Pen): readonly string[] {
  const [xs, ys] = [xAxis(series, 6), yAxis(series, rows < ROWS.first ? 3 : 5)];
  const left = Math.max(...ys.ticks.map((tick) => tickText(tick).length)) + 1;
  const canvas = new Canvas(columns - left - 1, rows);
  for (const one of series) draw(canvas, one, xs, ys);
  const labels = new Map(
    ys.ticks.map((tick) => [rows - 1 - (place(tick, ys, rows * 4) >> 2), tickText(tick)]),
  );
  const body = Array.from({ length: rows }, (_, row) => {
    const label = labels.get(row);
    return `${(label ?? "").padStart(left - 1)} ${label === undefined ? pen.left : pen.tick}${canvas.row(row, pen)}`.trimEnd();
  });
  const below = xLabel.padStart(Math.min(columns, left + 1 + ((columns - left + xLabel.length) >> 1)));
  return [...body, ...bottom(xs, left, canvas.columns, pen), below];
}

/** Charts as text, one below the other, with a line feed at the end. No line is longer than `columns`, and none has colours. */
export function lineChart(charts: readonly Chart[], form: TerminalForm = {}): string {
  const columns = Math.max(40, form.columns ?? 80);
  const lines = charts.flatMap((chart, i) => {
    const { title, yLabel, series } = chart;
    const notes = notesOf(series).map(([note]) => note);
    const rows = Math.max(4, form.rows ?? (i === 0 ? ROWS.first : ROWS.below));
    const names = series.length > 1 && notes.length === 0 ? [series.map(({ name }) => name).join(", ")] : [];
    const words = [title, ...notes, ...names, yLabel].filter((line) => line !== "");
    const head = words.flatMap((line) => wrapped(line, columns));
    return [...head, ...plotted(chart, columns, rows, form.ascii === true ? ASCII : BRAILLE)];
  });
  const text = `${lines.map((line) => (line.length > columns ? `${line.slice(0, columns - 1)}…` : line)).join("\n")}\n`;
  return form.ascii === true ? text.replaceAll("…", "~").replace(/[^\n -~]/gu, "?") : text;
}
