/** A whole run: every case measured, and told as it comes. Out: the results as plain data. */
import { spawnSync } from "node:child_process";
import { availableParallelism, cpus } from "node:os";
import { startProgress } from "../../conformance/progress.mjs";
import { casesOf } from "./cases.mjs";
import { LIMIT_COLUMNS, limitRows } from "./limits.mjs";
import { measureCase, workers } from "./measure-case.mjs";
import { findPeers } from "./peers.mjs";
import { GROWTH, line, TABLES, threadsText } from "./text.mjs";

function machine() {
  const gcc = spawnSync("gcc", ["-dumpfullversion"], { encoding: "utf8" }).stdout?.trim();
  return {
    processor: cpus()[0].model,
    processors: availableParallelism(),
    node: process.versions.node,
    ...(gcc === undefined ? {} : { gcc }),
  };
}

/** Prints, with the bar out of the way. */
function say(text = "") {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[2K");
  console.log(text);
}

function heading({ section, threads }) {
  const { title, columns } = TABLES[section];
  say(`\n${threadsText(threads)}, ${title}`);
  say(line(columns));
}

/** What of a case's peers is not for all to see in a row of its table. */
function remark({ skipped, ns }) {
  if (ns === undefined) return;
  for (const [name, why] of Object.entries(skipped)) say(`  ${name} is left out: ${why}`);
}

function tellGrowth(records, threads) {
  for (const count of threads) {
    const rows = GROWTH.rows(records, count);
    if (rows.length === 0) continue;
    say(`\n${threadsText(count)}, ${GROWTH.title}`);
    say(line(GROWTH.columns));
    for (const row of rows) say(line(row));
  }
}

function tellLimits(results) {
  say("\nlimits");
  say(line(LIMIT_COLUMNS));
  for (const row of limitRows(results)) say(line(row));
}

async function measureAll(cases, kinds, limits) {
  const processes = workers(kinds);
  const progress = startProgress("measuring", cases.length);
  const records = [];
  try {
    for (const [i, one] of cases.entries()) {
      const { section, threads } = cases[i - 1] ?? {};
      if (section !== one.section || threads !== one.threads) heading(one);
      const record = await measureCase(one, processes, kinds, limits);
      say(line(TABLES[one.section].row(record)));
      remark(record);
      records.push(record);
      progress.at(i + 1);
    }
  } finally {
    progress.end();
    processes.end();
  }
  return records;
}

/** @param options as arguments.mjs gives them */
export async function run(options) {
  const { kinds, end } = findPeers(options);
  const missing = Object.entries(kinds).filter(([, { missing: why }]) => why !== undefined);
  for (const [name, { missing: why }] of missing) say(`${name} is left out: ${why}`);
  try {
    const records = await measureAll(casesOf(options), kinds, options.limits);
    tellGrowth(records, options.threads);
    const results = { machine: machine(), threads: options.threads, records };
    tellLimits(results);
    return results;
  } finally {
    end();
  }
}
