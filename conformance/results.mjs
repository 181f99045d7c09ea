/** Conformance: what fresh runs found, kept in results.json: one row for each rule or schedule, in each surroundings. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FILE = fileURLToPath(new URL("results.json", import.meta.url));

/** The rows of all recorded runs. */
export function readResults() {
  return existsSync(FILE) ? JSON.parse(readFileSync(FILE, "utf8")) : [];
}

const keyOf = ({ framework, subject, settings = "" }) => `${framework} ${subject} ${settings}`;

/** Takes rows in, in the place of earlier ones of the same subjects in the same surroundings. */
export function recordResults(rows) {
  const all = new Map(readResults().map((row) => [keyOf(row), row]));
  for (const row of rows) all.set(keyOf(row), row);
  const lines = [...all.keys()].sort().map((key) => JSON.stringify(all.get(key)));
  writeFileSync(FILE, `[\n${lines.join(",\n")}\n]\n`);
}
