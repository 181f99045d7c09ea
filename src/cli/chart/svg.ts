/** chart: a line chart as one self-contained SVG image. In: series. Out: its text. Imports nothing but its scale. */
import type { Axis, Chart, Point } from "./scale.ts";
import { axis, tickText } from "./scale.ts";

const WIDTH = 720;
const HEIGHT = 400;
const PLOT = { left: 76, right: 700, top: 48, bottom: 338 } as const;
/** Grey that reads at 4.5 to 1 on white and nearly so on black; lines at 3 to 1 or more on both. */
const INK = "#767676";
const LINES = ["#2f7fe0", "#d0661a", "#1f9656", "#a05ad0", "#c9436b"] as const;

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

function across(value: number, { low, high }: Axis): number {
  return round(PLOT.left + ((value - low) / (high - low)) * (PLOT.right - PLOT.left));
}

function up(value: number, { low, high }: Axis): number {
  return round(PLOT.bottom - ((value - low) / (high - low)) * (PLOT.bottom - PLOT.top));
}

/** Where the numbers end (NaN, infinity), the line does, and begins anew behind them. */
function path(points: readonly Point[], x: Axis, y: Axis): string {
  let isDrawing = false;
  const parts: string[] = [];
  for (const [px, py] of points) {
    const isNumber = Number.isFinite(px) && Number.isFinite(py);
    if (isNumber) parts.push(`${isDrawing ? "L" : "M"}${across(px, x)} ${up(py, y)}`);
    isDrawing = isNumber;
  }
  return parts.join("");
}

function text(x: number, y: number, anchor: string, content: string, more = ""): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}"${more}>${xml(content)}</text>`;
}

function axes(x: Axis, y: Axis): readonly string[] {
  const lines = y.ticks.map((tick) => `M${PLOT.left} ${up(tick, y)}H${PLOT.right}`).join("");
  const marks = x.ticks.map((tick) => `M${across(tick, x)} ${PLOT.bottom}v5`).join("");
  return [
    `<path d="${lines}" stroke="${INK}" stroke-opacity="0.25" fill="none"/>`,
    `<path d="M${PLOT.left} ${PLOT.top}V${PLOT.bottom}H${PLOT.right}${marks}" stroke="${INK}" fill="none"/>`,
    ...y.ticks.map((tick) => text(PLOT.left - 8, up(tick, y) + 4, "end", tickText(tick))),
    ...x.ticks.map((tick) => text(across(tick, x), PLOT.bottom + 20, "middle", tickText(tick))),
  ];
}

function legend(names: readonly string[]): readonly string[] {
  if (names.length < 2) return [];
  return names.map((name, i) =>
    text(PLOT.right - 8, PLOT.top + 16 + 18 * i, "end", name, ` fill="${LINES[i % LINES.length]}"`),
  );
}

/** An image of 720 by 400, readable on white and on dark, with a line feed at its end. */
export function lineChart({ title, xLabel, yLabel, series }: Chart): string {
  const x = axis(
    series.flatMap(({ points }) => points.map(([px]) => px)),
    8,
    false,
  );
  const y = axis(
    series.flatMap(({ points }) => points.map(([, py]) => py)),
    6,
    true,
  );
  const middle = (PLOT.top + PLOT.bottom) / 2;
  const turned = ` transform="rotate(-90 18 ${middle})"`;
  const lines = series.map(
    ({ points }, i) =>
      `<path d="${path(points, x, y)}" stroke="${LINES[i % LINES.length]}" stroke-width="2" stroke-linejoin="round" stroke-linecap="round" fill="none"/>`,
  );
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" font-family="system-ui, sans-serif" font-size="13" fill="${INK}">`,
    `<title>${xml(title)}</title>`,
    text(PLOT.left, 28, "start", title, ' font-size="16" font-weight="600"'),
    ...axes(x, y),
    ...lines,
    ...legend(series.map(({ name }) => name)),
    text((PLOT.left + PLOT.right) / 2, HEIGHT - 16, "middle", xLabel),
    text(18, middle, "middle", yLabel, turned),
    "</svg>",
  ].join("\n")}\n`;
}
