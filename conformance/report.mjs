/**
 * Conformance, the report: optseal beside golden traces, case by case. In: trace files (default: all of
 * test/golden/mxnet-1.9), or - for standard input. Out: a row for each case, or with --summary for each group of cases:
 * relative error of the movement, max(|a - b| - n ulp(b)) / max |b - w0| after a parameter's n updates, and the share
 * of elements with equal bits. Exit code 1 if any error is over 1e-6.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { check, compile, convert } from "optseal";

const LIMIT = 1e-6;
const FOLDER = fileURLToPath(new URL("../test/golden/mxnet-1.9", import.meta.url));

const floats = (base64) => new Float32Array(new Uint8Array(Buffer.from(base64, "base64")).buffer);

/** The distance from |x| to the next binary32 above it. */
function ulp32(x) {
  const cell = new Float32Array([Math.abs(x)]);
  const below = cell[0];
  new Uint32Array(cell.buffer)[0] += 1;
  return cell[0] - below;
}

function outcome(trace) {
  const { authored } = convert(Buffer.from(trace.pickle, "base64"));
  const parameters = new Map(trace.params.map(({ key, shape, w0 }) => [key, { data: floats(w0), shape }]));
  const optimizer = compile(check(authored)).attach(parameters);
  for (const [key, gradient] of trace.updates) optimizer.step(new Map([[key, floats(gradient)]]));
  const result = { elements: 0, equal: 0, worst: 0, moved: 0 };
  for (const { key, w0, w8 } of trace.params) {
    const n = trace.updates.filter(([updated]) => updated === key).length;
    const [before, want, got] = [floats(w0), floats(w8), parameters.get(key).data];
    want.forEach((b, i) => {
      result.elements += 1;
      if (Object.is(got[i], b)) result.equal += 1;
      result.worst = Math.max(result.worst, Math.abs(got[i] - b) - n * ulp32(b));
      result.moved = Math.max(result.moved, Math.abs(b - before[i]));
    });
  }
  return { ...result, error: result.worst <= 0 ? 0 : result.worst / result.moved };
}

function print(name, cases, error, share) {
  console.log(
    `${name.padEnd(44)}${String(cases).padStart(7)}${error.toExponential(1).padStart(12)}${(100 * share).toFixed(2).padStart(12)} %`,
  );
}

const args = process.argv.slice(2);
const summary = args.includes("--summary");
const named = args.filter((arg) => arg !== "--summary");
const files = named.length > 0 ? named : readdirSync(FOLDER).map((name) => `${FOLDER}/${name}`);
const groups = new Map();
console.log(`${"case".padEnd(44)}${"cases".padStart(7)}${"error".padStart(12)}${"same bits".padStart(14)}`);
for (const file of files) {
  const { cases } = JSON.parse(readFileSync(file === "-" ? 0 : file, "utf8"));
  for (const trace of cases) {
    const { elements, equal, error } = outcome(trace);
    const name = summary ? trace.name.replace(/ \d+$/, "") : trace.name;
    const group = groups.get(name) ?? { cases: 0, error: 0, elements: 0, equal: 0 };
    groups.set(name, group);
    group.cases += 1;
    group.error = Math.max(group.error, error);
    group.elements += elements;
    group.equal += equal;
  }
}
for (const [name, group] of groups) print(name, group.cases, group.error, group.equal / group.elements);
const all = [...groups.values()];
const total = (field) => all.reduce((sum, group) => sum + group[field], 0);
const worst = Math.max(...all.map(({ error }) => error));
print("all", total("cases"), worst, total("equal") / total("elements"));
process.exitCode = worst > LIMIT ? 1 : 0;
