/** What the engine is held to, and the worst case of each limit. In: what run.mjs gives. Out: rows of cells. */
import { RULES } from "./cases.mjs";
import { exponents, nameOf, ratioText } from "./text.mjs";

const BIG = [200_000, 16_000_000, 64_000_000];
const [IN_CACHE, IN_MEMORY] = [200_000, 16_000_000];
const size =
  (...sizes) =>
  (record) =>
    record.section === "size" && sizes.includes(record.size);
/** The rules that the engine is built for; all others stand in the tables. */
const isAdam = ({ rule }) => rule === "adam" || rule === "adamw";
const ofAdam = (of) => (record) => isAdam(record) && of(record);
const isFrom = (least) => (record) => record.section === "size" && record.size >= least;

/** Ratios to a peer that are to be no less than `least`, of the cases that are `of` it, with one thread or with all. */
const LIMITS = [
  { what: "torch fused, all threads", peer: "torch fused", least: 1, of: ofAdam(size(...BIG)), isAll: true },
  { what: "torch fused", peer: "torch fused", least: 0.8, of: ofAdam(size(...BIG)) },
  { what: "C, in memory", peer: "C", least: 0.75, of: ofAdam(size(IN_MEMORY)) },
  {
    what: "C, in memory, SGD",
    peer: "C",
    least: 0.95,
    of: (record) => record.rule === "sgd" && size(IN_MEMORY)(record),
  },
  { what: "C 128-bit, in cache", peer: "C 128-bit", least: 0.95, of: ofAdam(size(IN_CACHE)) },
  {
    what: "Adafactor in torch",
    peer: "torch foreach",
    least: 1,
    of: (record) => record.rule === "adafactor" && isFrom(IN_CACHE)(record),
  },
  { what: "optax", peer: "optax", least: 1, of: isFrom(IN_CACHE) },
  { what: "TF.js", peer: "TF.js", least: 10, of: isFrom(0) },
  { what: "reference", peer: "reference", least: 5, of: isFrom(0) },
  { what: "one tensor", peer: "one tensor", least: 0.95, of: ofAdam(({ section }) => section === "list") },
];

const isMeasured = (peer) => (record) => record.peers[peer] !== undefined;

function worst(records, peer) {
  return records.reduce((a, b) => (b.peers[peer].ratio < a.peers[peer].ratio ? b : a));
}

/** Exponent of time over size with one thread, from this number of parameters on. */
const GROWTH = { most: 1.05, from: 1_000_000 };

export const LIMIT_COLUMNS = ["worst case of each peer", "limit", "ratio", "", "cases"];

const told = (isMet) => (isMet ? "met" : "missed");

function growthRow(records) {
  const found = Object.keys(RULES).flatMap((rule) => {
    const exponent = exponents(records, rule, 1, GROWTH.from)?.optseal;
    return exponent === undefined ? [] : [{ rule, exponent }];
  });
  if (found.length === 0) return [];
  const isMet = ({ exponent }) => exponent <= GROWTH.most;
  const { rule, exponent } = found.reduce((a, b) => (b.exponent > a.exponent ? b : a));
  const count = `${found.filter(isMet).length} of ${found.length}`;
  return [
    [
      `growth over size: ${RULES[rule].title}`,
      `<= ${GROWTH.most}`,
      exponent.toFixed(2),
      told(isMet({ exponent })),
      count,
    ],
  ];
}

/** A row for each limit of which something has been measured. */
export function limitRows({ records, threads }) {
  const rows = LIMITS.flatMap(({ what, peer, least, of, isAll = false }) => {
    const count = isAll ? threads.at(-1) : 1;
    const found = records.filter((one) => one.threads === count && of(one)).filter(isMeasured(peer));
    if (found.length === 0 || (isAll && count === 1)) return [];
    const one = worst(found, peer);
    const { ratio } = one.peers[peer];
    const met = found.filter((record) => record.peers[peer].ratio >= least).length;
    return [
      [
        `${what}: ${nameOf(one)}`,
        `>= ${least}`,
        ratioText(ratio),
        told(ratio >= least),
        `${met} of ${found.length}`,
      ],
    ];
  });
  return [...rows, ...growthRow(records)];
}
