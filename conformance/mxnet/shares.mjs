/**
 * Conformance, MXNet: how many fresh cases of each release have the same bits, from the real classes' own pickles. Out: a line for
 * each release, then what differs, by rule, with its cause. Exit code 1: a case is over the limit (one, or 1 % of those of LARS, LAMB
 * and LANS may be), or differs without a known cause, or fewer than nine of ten without these three are the same; 2 for wrong usage,
 * 3 where a release cannot be run.
 */
import { parseArgs } from "node:util";
import { measure } from "../engine.mjs";
import { FRAMEWORKS } from "../frameworks.mjs";
import { drawFresh } from "../fresh.mjs";
import { startProgress } from "../progress.mjs";
import { recordResults } from "../results.mjs";
import { isOver, shareText, subjectOf, summarize } from "../summary.mjs";
import { causeOf, WITH_NORMS } from "./exceptions.mjs";

const { mxnet } = FRAMEWORKS;
const LEAST_SHARE = 0.9;
/** LAMB, LARS and LANS can cancel a whole tensor but for its rounding, whose norm then is the next ratio: about 1 case in 1,000 drifts apart. */
const MOST_OVER = 0.01;

const USAGE = `usage: node conformance/mxnet/shares.mjs [--release R] [--cases N] [--seed S] [--record]
  --release   one of ${mxnet.releases.toSorted().join(" ")}; may be repeated; without it all of them
  --cases     how many of each release, spread over its classes and schedulers; default 260, at least ten of each class
  --record    keep the results in conformance/results.json, for docs/conformance.md`;

const OPTIONS = {
  release: { type: "string", multiple: true, default: mxnet.releases.toSorted() },
  cases: { type: "string", default: "260" },
  seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
  record: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
};

const isSame = ({ outcome }) => outcome.equal === outcome.elements;
const classOf = ({ subject }) => subject.split("/").at(-1);

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** Every fresh case of a release with its outcome, and the version that ran. */
async function run(release, cases, seed) {
  const bar = startProgress(`MXNet ${release} runs`, cases);
  try {
    const document = await drawFresh("mxnet", { release, cases, seed }, bar.at);
    const measured = document.cases.map((one) => ({
      one,
      subject: subjectOf(document, one),
      outcome: measure(one, mxnet.limit),
    }));
    return { version: document.release, measured };
  } finally {
    bar.end();
  }
}

/** `246 of 260 (94.61 %)` */
function countText(measured) {
  const same = measured.filter(isSame).length;
  return `${same} of ${measured.length} (${shareText(same, measured.length)})`;
}

function releaseText({ version, measured }) {
  const classes = groupBy(measured, ({ subject }) => subject);
  const least = Math.min(...[...classes.values()].map((cases) => cases.length));
  const error = Math.max(...measured.map(({ outcome }) => outcome.error));
  return [
    `MXNet ${version}: ${countText(measured)} cases have the same bits`,
    `${countText(withoutNorms(measured))} without LAMB, LARS, LANS`,
    `at least ${least} of each of ${classes.size} classes`,
    `largest error ${error.toExponential(1)}`,
  ].join("; ");
}

const withoutNorms = (measured) => measured.filter((entry) => !WITH_NORMS.includes(classOf(entry)));

/** What differs, by rule and cause. */
function differenceLines(measured) {
  const differing = groupBy(
    measured.filter((entry) => !isSame(entry)),
    ({ one, subject }) => `${subject}: ${causeOf(one) ?? "NO KNOWN CAUSE"}`,
  );
  return [...differing].map(([text, cases]) => {
    const named =
      causeOf(cases[0].one) === undefined ? `: ${cases.map(({ one }) => one.name).join(", ")}` : "";
    const error = Math.max(...cases.map(({ outcome }) => outcome.error));
    return `  ${text}; ${cases.length} cases, largest error ${error.toExponential(1)}${named}`;
  });
}

/** What must hold and does not, as lines. */
function failures(measured) {
  const rest = withoutNorms(measured);
  const norms = measured.filter((entry) => !rest.includes(entry));
  const over = (entries) => entries.filter((entry) => isOver(entry, mxnet));
  const bad = [
    ...over(rest),
    ...rest.filter((entry) => !isSame(entry) && causeOf(entry.one) === undefined),
    ...(over(norms).length > Math.max(1, MOST_OVER * norms.length) ? over(norms) : []),
  ];
  return [
    ...[...new Set(bad)].map(
      ({ one, subject, outcome }) => `${subject}, ${one.name}: ${JSON.stringify(outcome)}`,
    ),
    ...(rest.filter(isSame).length < LEAST_SHARE * rest.length
      ? ["fewer than nine of ten are the same"]
      : []),
  ];
}

async function main() {
  const { values: options } = parseArgs({ options: OPTIONS });
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const { release: releases, seed, record } = options;
  const unknown = releases.find((release) => !mxnet.releases.includes(release));
  if (unknown !== undefined || ![options.cases, seed].every((text) => /^\d+$/.test(text))) {
    console.error(USAGE);
    return 2;
  }
  let status = 0;
  for (const release of releases) {
    const { version, measured } = await run(release, Number(options.cases), Number(seed));
    console.log(`${releaseText({ version, measured })}; seed ${seed}`);
    for (const line of differenceLines(measured)) console.log(line);
    for (const line of failures(measured)) {
      console.log(`  failed: ${line}`);
      status = 1;
    }
    const head = { framework: "mxnet", release: version };
    if (record) recordResults(summarize(measured).map((row) => ({ ...head, ...row, seed: Number(seed) })));
  }
  return status;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = String(error.code ?? "").startsWith("ERR_PARSE_ARGS");
  console.error(`error: ${error.message}`);
  process.exitCode = isUsage ? 2 : 3;
}
