/** The results as tables of text. In: records of measure-case.mjs. Out: headings, and rows of cells. */
import { growth } from "../measure.mjs";
import { RULES } from "./cases.mjs";

const PEERS = ["C", "C 128-bit", "torch fused", "torch foreach", "optax", "TF.js", "reference"];
const MILLION = 1_000_000;
/** Where growth is looked at from: the first fits into the last cache of most processors, the second into none's. */
const GROWN_FROM = [MILLION, 16 * MILLION];

export const threadsText = (count) => (count === 1 ? "1 thread" : `${count} threads`);

/** A number of parameters. */
export function sizeText(size) {
  if (size >= 10 * MILLION) return `${Math.round(size / MILLION)} M`;
  if (size >= MILLION) return `${Number((size / MILLION).toPrecision(2))} M`;
  return `${Number((size / 1000).toPrecision(3))} k`;
}

export const ratioText = (ratio) =>
  ratio === undefined ? "-" : ratio.toFixed(ratio >= 100 ? 0 : ratio >= 10 ? 1 : 2);

function timeText(ns) {
  if (ns >= 1e8) return `${(ns / 1e6).toFixed(0)} ms`;
  if (ns >= 1e5) return `${(ns / 1e6).toPrecision(3)} ms`;
  return `${(ns / 1e3).toPrecision(3)} us`;
}

export const nameOf = ({ rule, size, model }) => `${RULES[rule].title}, ${model ?? sizeText(size)}`;

const RATIO_COLUMNS = (last) => ["", "optseal", ...PEERS, ...last];

function ratioRow(record, last) {
  const { ns, peers, skipped } = record;
  if (ns === undefined) return [nameOf(record), skipped.optseal];
  return [nameOf(record), timeText(ns), ...[...PEERS, ...last].map((name) => ratioText(peers[name]?.ratio))];
}

/** The points of a rule's growth: tensors alone and lists of equal ones. */
function grown(records, rule, threads, from) {
  return records.filter(
    (one) =>
      one.rule === rule &&
      one.threads === threads &&
      (one.section === "size" || one.section === "larger") &&
      one.size >= from &&
      one.ns !== undefined,
  );
}

/** Growth exponents of time over size: optseal's, and its peers' that were there at the same sizes. */
export function exponents(records, rule, threads, from) {
  const points = grown(records, rule, threads, from);
  const slope = (chosen, ns) =>
    growth(
      chosen.map(({ size }) => size),
      chosen.map(ns),
    );
  if (points.length < 2) return undefined;
  const of = (name) => {
    const known = points.filter(({ peers }) => peers[name] !== undefined);
    return known.length === points.length ? slope(known, ({ peers }) => peers[name].ns) : undefined;
  };
  return {
    sizes: points.map(({ size }) => size),
    optseal: slope(points, ({ ns }) => ns),
    peers: Object.fromEntries(PEERS.map((name) => [name, of(name)])),
  };
}

function growthRows(records, threads) {
  const rows = Object.keys(RULES).flatMap((rule) =>
    GROWN_FROM.map((from) => ({ rule, found: exponents(records, rule, threads, from) })),
  );
  return rows.flatMap(({ rule, found }) => {
    if (found === undefined) return [];
    const { sizes, optseal, peers } = found;
    const name = `${RULES[rule].title}, ${sizeText(Math.min(...sizes))} to ${sizeText(Math.max(...sizes))}`;
    return [[name, optseal.toFixed(2), ...PEERS.map((peer) => peers[peer]?.toFixed(2) ?? "-")]];
  });
}

/** How much faster more threads are, and the exponent of time over their number: -1 where twice as many take half as long. */
function gainRow(record) {
  const { peers, ns, threads, skipped } = record;
  if (ns === undefined || peers["one thread"] === undefined) return [nameOf(record), skipped.optseal ?? "-"];
  const own = peers["one thread"].ratio;
  const copy = peers.copy && peers["copy, one thread"].ratio / peers.copy.ratio;
  const exponent = (gain) => (gain === undefined ? "-" : (-Math.log(gain) / Math.log(threads)).toFixed(2));
  return [nameOf(record), ratioText(own), ratioText(copy), exponent(own), exponent(copy)];
}

/** Tables in the order of the page: `title`, `columns`, and for a number of threads the records that it has and their rows. */
export const TABLES = {
  size: {
    title: "one tensor, ratios: above 1 optseal is faster",
    columns: RATIO_COLUMNS([]),
    row: (record) => ratioRow(record, []),
  },
  list: {
    title: "the tensors of a model, ratios: above 1 optseal is faster",
    columns: RATIO_COLUMNS(["one tensor"]),
    row: (record) => ratioRow(record, ["one tensor"]),
  },
  larger: {
    title: "more memory, ratios: above 1 optseal is faster",
    columns: RATIO_COLUMNS([]),
    row: (record) => ratioRow(record, []),
  },
  gain: {
    title: "against one thread, beside a plain copy of as many bytes",
    columns: ["", "gain", "copy's gain", "exponent", "copy's"],
    row: gainRow,
  },
};

export const GROWTH = {
  title: "growth exponents of time over size",
  columns: RATIO_COLUMNS([]),
  rows: growthRows,
};

const WIDTHS = [42, 14];

/** A row of a table for a terminal. */
export function line(cells) {
  return cells
    .map((cell, i) =>
      i === 0
        ? cell.padEnd(WIDTHS[0])
        : i === 1 && cells.length === 2
          ? `  ${cell}`
          : cell.padStart(WIDTHS[1]),
    )
    .join("")
    .trimEnd();
}
