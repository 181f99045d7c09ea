/**
 * How long a WebAssembly module takes for each built-in rule: writing it, and from its bytes to the end of the first step of a
 * small parameter; warm, and first thing in a new process. The peer is an empty module, instantiated in turn with the others.
 * No two modules have the same bytes, as hosts know those that they have compiled. `node bench/compile.mjs [rounds]`.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { author, check, compileWasm, findRule, ruleNames, writeModule } from "optseal";
import { fixed, row } from "./measure.mjs";

const [, , given = "3", only] = process.argv;
const ROUNDS = Number(given);
const [WARMUP, CALLS] = [6, 15];
const PARTS = ["write", "compile", "attach", "step"];

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** A spec of a rule that no other call has made: its driven hyperparameter, or another, is a little less each time. */
function spec(rule, call) {
  const { hyper } = findRule(rule).tree;
  const less = 1 - call * 2 ** -30;
  const values = new Map(
    hyper.flatMap((one) => (one.default === undefined ? [[one.name, one.min ?? 0.5]] : [])),
  );
  const driven = hyper.find((one) => one.scheduled === true && one.default !== null);
  const varied = driven ?? hyper.find((one) => one.default > 0 && one.default <= 1);
  if (varied !== undefined) values.set(varied.name, (varied.default || 0.5) * less);
  return check(author({ optseal: 1, rule, hyper: Object.fromEntries(values) }));
}

/** Milliseconds of each part, for a module that nobody has seen before. */
function first(rule, call) {
  const checked = spec(rule, call);
  const parameters = { w: { data: new Float32Array(16).fill(0.5), shape: [4, 4] } };
  const gradients = { w: new Float32Array(16).fill(0.1) };
  const times = [performance.now()];
  const { bytes } = writeModule(checked);
  times.push(performance.now());
  const module = new WebAssembly.Module(bytes);
  times.push(performance.now());
  const compiled = compileWasm(checked);
  const start = performance.now();
  const optimizer = compiled.attach(parameters);
  const attached = performance.now();
  optimizer.step(gradients);
  const end = performance.now();
  // The module has to live until here, so that the host need not compile it again for `compileWasm`.
  if (WebAssembly.Module.exports(module).length === 0) throw new Error(`${rule} has no functions`);
  const [a, b, c] = times;
  return {
    write: b - a,
    compile: c - b,
    attach: attached - start,
    step: end - attached,
    bytes: bytes.length,
  };
}

/** Milliseconds that an empty module takes, with a number inside that makes it another one. */
function empty(call) {
  const digits = [...String(call)].map(Number);
  const custom = [0, digits.length + 1, digits.length, ...digits];
  const bytes = Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, ...custom]);
  const start = performance.now();
  new WebAssembly.Instance(new WebAssembly.Module(bytes));
  return performance.now() - start;
}

/** What a new process says: of a rule, or of an empty module, for which it loads nothing. */
function inNewProcess(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${args.join(" ")}: ${status}\n${stderr}`);
  return JSON.parse(stdout);
}

/** Of all runs of a rule, each with its peer's time, the medians. */
function mediansOf(rule, runs) {
  const over = (value) => median(runs.map(value));
  const toStep = ({ compile, attach, step }) => compile + attach + step;
  return {
    rule,
    ...Object.fromEntries(PARTS.map((part) => [part, over((run) => run[part])])),
    toStep: over(toStep),
    whole: over((run) => run.write + toStep(run)),
    ratio: over((run) => toStep(run) / run.peer),
    peer: over((run) => run.peer),
    bytes: runs[0].bytes,
  };
}

function report(title, rules) {
  row(title, "min", "median", "max");
  const lines = {
    "checked to bytes, ms": "write",
    "bytes to first step, ms": "toStep",
    "  compiled": "compile",
    "  attached": "attach",
    "  the step": "step",
    "checked to first step, ms": "whole",
    "an empty module, ms": "peer",
    "bytes to first step over an empty module": "ratio",
  };
  for (const [name, part] of Object.entries(lines)) {
    const numbers = rules.map((one) => one[part]).toSorted((a, b) => a - b);
    row(`  ${name}`, ...[numbers[0], median(numbers), numbers.at(-1)].map((one) => fixed(one)));
  }
  for (const [name, part] of Object.entries({ "first step": "toStep", bytes: "write" })) {
    console.log(`  slowest to ${name}: ${mostOf(rules, part, 2)}`);
  }
}

/** The five rules of which a number is the greatest. */
const mostOf = (rules, part, digits) =>
  rules
    .toSorted((a, b) => b[part] - a[part])
    .slice(0, 5)
    .map((one) => `${one.rule} ${fixed(one[part], digits)}`)
    .join(", ");

if (only !== undefined) {
  console.log(JSON.stringify(first(only, 0)));
} else {
  let calls = 0;
  const warm = ruleNames.map((rule) => {
    const runs = Array.from({ length: WARMUP + CALLS }, () => {
      calls += 1;
      return { peer: empty(calls), ...first(rule, calls) };
    });
    return mediansOf(rule, runs.slice(WARMUP));
  });
  report(`${ruleNames.length} rules, warm`, warm);
  const self = fileURLToPath(import.meta.url);
  const started = ruleNames.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, rule] of ruleNames.entries()) {
      const peer = inNewProcess("-e", `console.log((${empty})(0))`);
      started[i].push({ peer, ...inNewProcess(self, "0", rule) });
    }
  }
  const cold = started.map((runs, i) => mediansOf(ruleNames[i], runs));
  report("in a new process", cold);
  const sizes = cold.map(({ bytes }) => bytes).toSorted((a, b) => a - b);
  row("module, bytes", sizes[0], median(sizes), sizes.at(-1));
  const adam = cold.find(({ rule }) => rule === "mxnet-1.9/adam");
  console.log(`  mxnet-1.9/adam ${adam.bytes}; largest: ${mostOf(cold, "bytes", 0)}`);
}
