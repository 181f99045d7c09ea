/** The results as one SVG image. In: records of measure-case.mjs. Out: its text; readable on white and on black. */
import { RULES } from "./cases.mjs";
import { sizeText, threadsText } from "./text.mjs";

const [WIDTH, NAMES, GAP, RIGHT] = [720, 132, 40, 16];
const ROW = 17;
const GROUP = 26;
const FLAT = 190;
/** Grey that reads on white and on black, and lines that do. */
const INK = "#767676";
const COLOURS = {
  C: "#2f7fe0",
  "C 128-bit": "#1f9656",
  "torch fused": "#d0661a",
  "torch foreach": "#a05ad0",
  optax: "#c9436b",
};
const SHOWN = [200_000, 16_000_000, 64_000_000];
const RATIOS = { low: 0.25, high: 8, ticks: [0.25, 0.5, 1, 2, 4, 8] };
const LINES = { optseal: INK, ...COLOURS };
const GROWN = "adamw";

const round = (value) => Math.round(value * 10) / 10;
const text = (x, y, anchor, content, more = "") =>
  `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"${more}>${content}</text>`;
const path = (d, more) => `<path d="${d}" fill="none"${more}/>`;
const stroke = (width, opacity = 1) => ` stroke="${INK}" stroke-width="${width}" stroke-opacity="${opacity}"`;

/** A logarithmic axis: from a number to a place. */
const scale = ({ low, high }, from, to) => {
  const place = (value) => (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low));
  return (value) => from + Math.min(1, Math.max(0, place(value))) * (to - from);
};

/** Where the panels of the numbers of threads stand, side by side. */
function columnsOf(threads) {
  const width = (WIDTH - NAMES - RIGHT - GAP * (threads.length - 1)) / threads.length;
  return threads.map((count, i) => {
    const left = NAMES + i * (width + GAP);
    return { threads: count, left, right: left + width };
  });
}

function legend(top, entries) {
  let x = NAMES;
  return Object.entries(entries).flatMap(([name, colour]) => {
    const at = x;
    x += 24 + name.length * 7.2;
    return [
      `<circle cx="${round(at)}" cy="${top - 4}" r="4.5" fill="${colour}"/>`,
      text(at + 9, top, "start", name, ` fill="${colour}"`),
    ];
  });
}

/** A dot for each peer of a case; beyond the axis it stands on its end. */
function dots({ peers }, at, y) {
  return Object.entries(COLOURS).flatMap(([name, colour]) => {
    const ratio = peers[name]?.ratio;
    if (ratio === undefined) return [];
    return `<circle cx="${round(at(ratio))}" cy="${round(y)}" r="4" fill="${colour}" fill-opacity="0.85"><title>${name}: ${ratio.toFixed(2)}</title></circle>`;
  });
}

/** Rows of dots for one number of parameters, a row for each rule. */
function group(records, columns, size, top) {
  const rules = Object.keys(RULES).filter((rule) => records.some((one) => one.rule === rule));
  const bottom = top + rules.length * ROW;
  const named = rules.map((rule, i) => text(NAMES - 10, top + (i + 0.5) * ROW + 4, "end", RULES[rule].title));
  const panels = columns.flatMap(({ threads, left, right }) => {
    const at = scale(RATIOS, left, right);
    const lines = RATIOS.ticks.map((tick) => `M${round(at(tick))} ${top}V${bottom}`).join("");
    return [
      path(lines, stroke(1, 0.25)),
      path(`M${round(at(1))} ${top - 4}V${bottom}`, stroke(1.5)),
      ...records
        .filter((one) => one.threads === threads)
        .flatMap((one) => dots(one, at, top + (rules.indexOf(one.rule) + 0.5) * ROW)),
    ];
  });
  const heading = text(NAMES, top - 9, "start", `${sizeText(size)} parameters`, ' font-weight="600"');
  return { bottom, elements: [heading, ...named, ...panels] };
}

function ratioTicks(columns, y) {
  return columns.flatMap(({ left, right }) => {
    const at = scale(RATIOS, left, right);
    return RATIOS.ticks.map((tick) => text(at(tick), y, "middle", tick));
  });
}

/** Powers of ten within an axis. */
function powers({ low, high }) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}

/** Nanoseconds for each parameter, by the number of parameters: level where time grows as the number does. */
function seriesOf(records, threads, name) {
  return records
    .filter((one) => one.threads === threads && one.ns !== undefined)
    .map(({ size, ns, peers }) => [size, (name === "optseal" ? ns : peers[name]?.ns) / size])
    .filter(([, each]) => Number.isFinite(each))
    .sort(([a], [b]) => a - b);
}

function growthPanels(records, columns, top) {
  const bottom = top + FLAT;
  const all = columns.flatMap(({ threads }) =>
    Object.keys(LINES).flatMap((name) => seriesOf(records, threads, name)),
  );
  if (all.length === 0) return { bottom: top, elements: [] };
  const within = (values) => ({ low: Math.min(...values), high: Math.max(...values) });
  const sizes = within(all.map(([size]) => size));
  const times = within(all.map(([, each]) => each));
  const down = scale({ low: times.low / 1.2, high: times.high * 1.2 }, bottom, top);
  const levels = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100].filter(
    (level) => level >= times.low / 1.2 && level <= times.high * 1.2,
  );
  const elements = columns.flatMap(({ threads, left, right }) => {
    const across = scale(sizes, left, right);
    const point = ([size, each]) => `${round(across(size))} ${round(down(each))}`;
    return [
      path(
        levels.map((level) => `M${round(left)} ${round(down(level))}H${round(right)}`).join(""),
        stroke(1, 0.25),
      ),
      path(`M${round(left)} ${bottom}H${round(right)}`, stroke(1)),
      ...powers(sizes).map((size) => text(across(size), bottom + 18, "middle", sizeText(size))),
      ...Object.entries(LINES).flatMap(([name, colour]) => {
        const points = seriesOf(records, threads, name);
        if (points.length === 0) return [];
        const drawn = path(
          `M${points.map(point).join("L")}`,
          ` stroke="${colour}" stroke-width="${name === "optseal" ? 3 : 1.5}" stroke-linejoin="round"`,
        );
        return [drawn];
      }),
    ];
  });
  const ticks = levels.map((level) => text(NAMES - 10, down(level) + 4, "end", `${level} ns`));
  return { bottom, elements: [...ticks, ...elements] };
}

/** @param results as run.mjs gives them */
export function picture({ records, threads }) {
  const columns = columnsOf([...new Set([threads[0], threads.at(-1)])]);
  const ofSize = (size) => records.filter((one) => one.section === "size" && one.size === size);
  const shown = SHOWN.filter((size) => ofSize(size).length > 0);
  const elements = [
    text(
      NAMES,
      24,
      "start",
      "A peer's time over optseal's: right of the line, optseal is faster",
      ' font-size="14" font-weight="600"',
    ),
    ...legend(48, COLOURS),
    ...columns.map(({ threads: count, left, right }) =>
      text((left + right) / 2, 76, "middle", threadsText(count), ' font-weight="600"'),
    ),
  ];
  let y = 76;
  for (const size of shown) {
    const { bottom, elements: drawn } = group(ofSize(size), columns, size, y + GROUP);
    elements.push(...drawn);
    y = bottom;
  }
  elements.push(...ratioTicks(columns, y + 18));
  y += 62;
  const grown = records.filter(
    ({ rule, section }) => rule === GROWN && (section === "size" || section === "larger"),
  );
  const there = Object.entries(LINES).filter(([name]) =>
    threads.some((count) => seriesOf(grown, count, name).length > 0),
  );
  const title = `${RULES[GROWN].title}: nanoseconds for each parameter, by the number of parameters`;
  elements.push(
    text(NAMES, y, "start", title, ' font-size="14" font-weight="600"'),
    ...legend(y + 24, Object.fromEntries(there)),
  );
  const growth = growthPanels(grown, columns, y + 40);
  elements.push(...growth.elements);
  const height = growth.bottom + 32;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="${INK}">`,
    "<title>The speed of optseal's WebAssembly engine beside its peers'</title>",
    "<desc>Dots: ratios of times for each rule, number of parameters and number of threads; the tables of docs/speed.md have the numbers. Lines: nanoseconds for each parameter by the number of parameters.</desc>",
    ...elements,
    "</svg>",
  ].join("\n")}\n`;
}
