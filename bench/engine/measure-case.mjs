/** One case: its participants are started, held to doing the same work, and timed. Out: a plain record. */
import { freemem } from "node:os";
import { median } from "../measure.mjs";
import { sizeOf } from "./architectures.mjs";
import { RULES } from "./cases.mjs";
import { takeTurns } from "./rounds.mjs";
import { startWorker } from "./worker.mjs";

/** What participants may be apart after the first updates: other arithmetic, other epsilons. */
const SAME_WORK = 0.05;
/** Arrays beside a rule's own: the caller's weights, temporaries. */
const BESIDE = { C: 0, "C 128-bit": 0, optseal: 1 };
const MOST_BESIDE = 2;
const USABLE = 0.9;

export const SUBJECT = "optseal";

const lineOf = ({ rule, shapes }) => `case ${rule} ${shapes.map((shape) => shape.join("x")).join(" ")}`;

const bytesOf = ({ kind, rule, shapes }) =>
  sizeOf(shapes) *
  Float32Array.BYTES_PER_ELEMENT *
  ((RULES[rule]?.arrays ?? 2) + (BESIDE[kind] ?? MOST_BESIDE));

const isSame = (a, b) => a.rule === b.rule && lineOf(a) === lineOf(b);

/** Processes: those that are kept from case to case, and those that end with theirs. */
export function workers(kinds) {
  const kept = new Map();
  return {
    open({ kind, threads }) {
      const found = kinds[kind];
      if (!found.isKept) return startWorker(found, threads);
      const key = `${kind}, ${threads}`;
      const worker = kept.get(key) ?? startWorker(found, threads);
      kept.set(key, worker);
      return worker;
    },
    async close({ kind, threads, worker }) {
      if (!kinds[kind].isKept) return worker.end();
      try {
        await worker.ask("drop");
      } catch {
        kept.delete(`${kind}, ${threads}`);
      }
    },
    end() {
      for (const worker of kept.values()) worker.end();
    },
  };
}

/** A participant that is ready; `undefined` where it is not, with the reason in `skipped`. */
async function beginOne(one, processes, skipped) {
  const begun = { ...one, worker: processes.open(one) };
  const answer = await begun.worker.ask(lineOf(one)).catch(({ message }) => `cannot ${message}`);
  const [, word, rest] = /^(\w+) (.*)$/.exec(answer);
  if (word === "moved") return { ...begun, moved: Number(rest) };
  skipped[one.name] = rest;
  await processes.close(begun);
  return undefined;
}

/** Those of which this machine has the program, and for which it has the memory. */
function fitting(participants, kinds, skipped) {
  let free = freemem() * USABLE;
  return participants.filter((one) => {
    if (kinds[one.kind].missing !== undefined) return false;
    free -= bytesOf(one);
    if (free < 0) skipped[one.name] = "too little memory";
    return free >= 0;
  });
}

/** Participants that are ready, the subject first: without it none. */
async function begin(participants, processes, kinds, skipped) {
  const [first, ...others] = fitting(participants, kinds, skipped);
  if (first !== participants[0]) return [];
  const subject = await beginOne(first, processes, skipped);
  if (subject === undefined) return [];
  const peers = await Promise.all(others.map((one) => beginOne(one, processes, skipped)));
  return [subject, ...peers.filter((peer) => peer !== undefined)];
}

/** Whether a participant's first updates have gone as far as the subject's: if not, its time would tell nothing. */
function doesTheWork(one, subject, skipped) {
  const far = isSame(one, subject) ? Math.abs(one.moved / subject.moved - 1) : 0;
  if (one.moved > 0 && one.moved < 1 && far <= SAME_WORK) return true;
  skipped[one.name] = `does other work: it moved weights by ${one.moved}, optseal by ${subject.moved}`;
  process.exitCode = 1;
  return false;
}

const quartile = (numbers, part) =>
  numbers.toSorted((a, b) => a - b)[Math.round((numbers.length - 1) * part)];

function summary(ratios) {
  return { ratio: median(ratios), low: quartile(ratios, 0.25), high: quartile(ratios, 0.75) };
}

/**
 * @returns the case with `ns`, the subject's median time of an update, `peers` by name with `ratio` (above 1: the subject is
 *   faster), its quartiles `low` and `high`, and `ns`; and `skipped`, who took no part and why
 */
export async function measureCase(one, processes, kinds, limits) {
  const { participants, ...about } = one;
  const skipped = {};
  const ready = await begin(participants, processes, kinds, skipped);
  const able = ready.filter((one) => doesTheWork(one, ready[0], skipped));
  try {
    if (able[0]?.name !== SUBJECT) return { ...about, skipped, peers: {} };
    const { rounds, times, ratios } = await takeTurns(able, limits);
    const peers = Object.fromEntries(
      Object.entries(ratios).map(([name, all]) => [name, { ...summary(all), ns: median(times[name]) }]),
    );
    return { ...about, rounds, skipped, ns: median(times[SUBJECT]), peers };
  } catch ({ message }) {
    process.exitCode = 1;
    return { ...about, skipped: { ...skipped, [SUBJECT]: `ended: ${message}` }, peers: {} };
  } finally {
    for (const begun of ready) await processes.close(begun);
  }
}
