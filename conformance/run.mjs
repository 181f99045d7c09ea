/**
 * Conformance, fresh: draws random cases, runs them in a real framework and in the built package, and says how far apart the two
 * are. Out: a table by rule, and each disagreement cut down to what shows it. Exit code 1 where one is over the framework's
 * limit, 2 for wrong usage, 3 where the framework cannot be run.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { FRAMEWORKS, prepare, SCHEDULE_LIMIT } from "./frameworks.mjs";
import { drawFresh } from "./fresh.mjs";
import { startProgress } from "./progress.mjs";
import { refusalLines, reproductionLines, scheduleLines } from "./reproduction.mjs";
import { recordResults } from "./results.mjs";
import { distanceOf, isOver, subjectOf, summarize, tableLines } from "./summary.mjs";

const USAGE = `usage: npm run conformance -- --framework F --cases N --seed S
  --framework   ${Object.keys(FRAMEWORKS).join(", ")}
  --release R   one of the framework's releases, where there are several
  --only RULE   this rule or schedule alone, by the part of its name after the slash
  --schedules   schedules in place of rules, through 10,000 updates each
  --settings X  other surroundings: see the table in conformance/frameworks.mjs
  --bits        name differences within the limit too, one for each rule
  --json        the outcomes as one JSON document
  --record      keep the result in conformance/results.json, for docs/conformance.md
  --input FILE  cases that a script has printed before, in place of fresh ones; - is standard input
  --prepare     make the framework's environment, print the program that its script is run by, and end`;

const OPTIONS = {
  framework: { type: "string" },
  release: { type: "string" },
  cases: { type: "string", default: "60" },
  seed: { type: "string" },
  only: { type: "string" },
  schedules: { type: "boolean", default: false },
  settings: { type: "string" },
  bits: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  record: { type: "boolean", default: false },
  input: { type: "string" },
  prepare: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
};

/** Why these options make no run; undefined where they do. */
function wrong({ framework, release, cases, seed, schedules, settings }) {
  if (framework === undefined || !Object.hasOwn(FRAMEWORKS, framework)) return "name a framework";
  const known = FRAMEWORKS[framework];
  if (release !== undefined && !known.releases.includes(release)) {
    return `${framework} is run in ${known.releases.join(", ")}`;
  }
  if (schedules && !known.schedules) return `${framework} has no schedules of its own here`;
  if (!schedules && !known.script) return `${framework} has schedules alone: give --schedules`;
  if (settings !== undefined && !Object.hasOwn(known.settings ?? {}, settings)) {
    return `${framework} has settings ${Object.keys(known.settings ?? {}).join(", ") || "of no other kind"}`;
  }
  if (!/^[1-9]\d*$/.test(cases)) return "--cases is a number from 1";
  if (seed !== undefined && !/^\d+$/.test(seed)) return "--seed is a number";
  return undefined;
}

async function draw(framework, options) {
  const { input } = options;
  if (input !== undefined) return JSON.parse(readFileSync(input === "-" ? 0 : input, "utf8"));
  const bar = startProgress(`${framework} runs`, Number(options.cases));
  try {
    return await drawFresh(framework, options, bar.at);
  } finally {
    bar.end();
  }
}

/** Every case with its outcome. */
async function measureAll(document, limit) {
  const { measure } = await import("./engine.mjs");
  const bar = startProgress("optseal runs", document.cases.length);
  try {
    return document.cases.map((one, i) => {
      bar.at(i);
      return { one, subject: subjectOf(document, one), outcome: measure(one, limit) };
    });
  } finally {
    bar.end();
  }
}

/** What to show of the disagreements: all over the limit, and where asked for the furthest of each rule's others. */
function shown(measured, framework, bits) {
  const over = measured.filter((entry) => isOver(entry, framework));
  if (!bits) return over;
  const near = new Map();
  for (const entry of measured) {
    const { subject, outcome } = entry;
    const differs = outcome.equal < (outcome.elements ?? outcome.points);
    const known = near.get(subject)?.outcome;
    const further = known === undefined || distanceOf(outcome) > distanceOf(known);
    if (differs && !isOver(entry, framework) && further) near.set(subject, entry);
  }
  return [...over, ...near.values()];
}

function linesOf(one, outcome) {
  if (outcome.refused !== undefined) return refusalLines(one, outcome);
  return outcome.ulps === undefined ? reproductionLines(one, outcome) : scheduleLines(one, outcome);
}

function print(measured, framework, bits) {
  for (const line of tableLines(summarize(measured))) console.log(line);
  for (const { one, outcome } of shown(measured, framework, bits)) {
    const [head, ...lines] = linesOf(one, outcome);
    console.log(`\n${head}`);
    for (const line of lines) console.log(`  ${line}`);
  }
}

function jsonText({ cases: _, ...head }, measured, seed) {
  const outcomes = measured.map(({ subject, outcome }) => ({ subject, ...outcome }));
  return JSON.stringify({ ...head, seed, rows: summarize(measured), outcomes });
}

/** Keeps a row for each subject of this run. */
function record({ framework, release }, measured, settings, seed) {
  const run = { framework, release, ...(settings === undefined ? {} : { settings }) };
  recordResults(summarize(measured).map((row) => ({ ...run, ...row, seed })));
}

async function main(args) {
  const { values: options } = parseArgs({ args, options: OPTIONS });
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const reason = wrong(options);
  if (reason !== undefined) {
    console.error(`error: ${reason}\n${USAGE}`);
    return 2;
  }
  const { framework } = options;
  const known = FRAMEWORKS[framework];
  if (options.prepare) {
    console.log(prepare(framework, options.release));
    return 0;
  }
  const seed = options.seed ?? String(Math.floor(Math.random() * 2 ** 31));
  const document = await draw(framework, { ...options, seed });
  const measured = await measureAll(document, known.limit);
  const over = measured.filter((entry) => isOver(entry, known));
  if (options.record) record(document, measured, options.settings, Number(seed));
  if (options.json) console.log(jsonText(document, measured, Number(seed)));
  else {
    print(measured, known, options.bits);
    const limit = options.schedules ? `${SCHEDULE_LIMIT} ulp` : known.limit.toExponential();
    const from = options.input === undefined ? `, seed ${seed}` : "";
    const found = `${over.length} of ${measured.length} cases over ${limit}`;
    console.log(`\n${framework} ${document.release}${from}: ${found}`);
  }
  return over.length > 0 ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isUsage = String(error.code ?? "").startsWith("ERR_PARSE_ARGS");
  console.error(`error: ${error.message}`);
  process.exitCode = isUsage ? 2 : 3;
}
