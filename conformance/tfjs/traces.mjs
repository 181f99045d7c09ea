/**
 * Conformance, TensorFlow.js: golden traces of the real optimizers on the plain CPU backend. In: --out DIR for the committed set, or
 * --cases N --seed S [--only RULE] for fresh cases on standard output. Out: JSON, one file per optimizer or one in all;
 * ../README.md says what each field is.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { FRAMEWORKS } from "../frameworks.mjs";
import { ensureNpmFolder } from "../npm-folder.mjs";
import { drawHyper, drawParameters, drawSteps, generator, OPTIMIZERS } from "./draw.mjs";

const RELEASE = "4.22.0";
const GOLDEN_SEED = 422;
const GOLDEN_CASES = 14;
const HARMONIC = "schedule harmonic\nstep rate = base / t\n";

/** The real library, on the backend whose arithmetic is the same on every machine. */
async function load() {
  const folder = ensureNpmFolder("tfjs", FRAMEWORKS.tfjs.packages);
  const { warn } = console;
  console.warn = () => {}; // Its first tensor advertises the native backend.
  const tf = createRequire(join(folder, "package.json"))("@tensorflow/tfjs");
  await tf.setBackend("cpu");
  tf.scalar(0).dispose();
  console.warn = warn;
  if (tf.version.tfjs !== RELEASE) throw new Error(`this is TensorFlow.js ${tf.version.tfjs}`);
  return tf;
}

const text64 = (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("base64");

/** Sets the rate of the steps to come, as a program does that has a schedule: TensorFlow.js has none of its own. */
function setRate(optimizer, rate) {
  if (optimizer.setLearningRate === undefined) optimizer.learningRate = rate;
  else optimizer.setLearningRate(rate);
}

/**
 * Weights by key after each step. Gradients go in as `minimize` hands them on where it is given a list of variables.
 * @param scheduled whether the rate falls as HARMONIC says
 */
function run(tf, optimizer, params, steps, scheduled) {
  const base = optimizer.learningRate;
  const variables = params.map(({ key, shape, before }) =>
    tf.variable(tf.tensor(before, shape, "float32"), true, key),
  );
  try {
    return steps.map((gradients, i) => {
      if (scheduled) setRate(optimizer, base / (i + 1));
      tf.tidy(() => {
        const list = params.map(({ key, shape }) => {
          const gradient = gradients.get(key);
          return { name: key, tensor: gradient && tf.tensor(gradient, shape, "float32") };
        });
        optimizer.applyGradients(list);
      });
      return new Map(variables.map((variable) => [variable.name, variable.dataSync().slice()]));
    });
  } finally {
    for (const variable of variables) variable.dispose();
    optimizer.dispose();
  }
}

/** One case; null where a weight stops being finite. */
function trace(tf, random, name, number, withEach) {
  const hyper = drawHyper(random, name, number);
  const params = drawParameters(random);
  // Centered RMSProp takes the root of a negative number where the variance is below epsilon, as after a zero gradient.
  const steps = drawSteps(random, params, hyper.centered === true);
  const optimizer = tf.train[name](...OPTIMIZERS[name].map(([argument]) => hyper[argument]));
  // A schedule counts updates of parameters and not calls, which is the same where none misses a step.
  const scheduled = number % 4 === 3 && steps.every(({ size }) => size === params.length);
  const each = run(tf, optimizer, params, steps, scheduled);
  if (!each.every((weights) => [...weights.values()].every((array) => array.every(Number.isFinite))))
    return null;
  const texts = (arrays) => Object.fromEntries([...arrays].map(([key, array]) => [key, text64(array)]));
  return {
    spec: { rule: `tfjs-4/${name}`, hyper, ...(scheduled ? { schedule: { rule: HARMONIC } } : {}) },
    params: params.map(({ key, shape, before }) => ({
      key,
      shape,
      before: text64(before),
      after: text64(each.at(-1).get(key)),
    })),
    steps: steps.map(texts),
    ...(withEach ? { each: each.map(texts) } : {}),
  };
}

/** Case `number` of an optimizer: the first draw that stays finite. Depends on its arguments alone. */
function drawCase(tf, seed, name, number, withEach) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const found = trace(tf, generator(seed, name, number, attempt), name, number, withEach);
    if (found !== null) return { name: `${name} ${number}`, ...found };
  }
  throw new Error(`no draw of ${name} stays finite`);
}

/** The JSON text: a head, then one line per case. */
function documentText(cases, madeBy) {
  const settings = { backend: "cpu" };
  const head = JSON.stringify({ framework: "tfjs", release: RELEASE, made_by: madeBy, settings });
  return `${head.slice(0, -1)},"cases":[\n${cases.map((one) => JSON.stringify(one)).join(",\n")}\n]}\n`;
}

function golden(tf, folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of Object.keys(OPTIMIZERS)) {
    const cases = Array.from({ length: GOLDEN_CASES }, (_, i) => drawCase(tf, GOLDEN_SEED, name, i, false));
    const text = documentText(cases, `conformance/tfjs/traces.mjs, seed ${GOLDEN_SEED}`);
    writeFileSync(join(folder, `${name}.json`), text);
  }
}

/** `count` cases, spread evenly over the optimizers. */
function fresh(tf, count, seed, names) {
  const cases = Array.from({ length: count }, (_, i) =>
    drawCase(tf, seed, names[i % names.length], Math.floor(i / names.length), true),
  );
  return documentText(cases, `conformance/tfjs/traces.mjs, fresh, seed ${seed}`);
}

const { values } = parseArgs({
  options: {
    out: { type: "string" },
    cases: { type: "string" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
  },
});
const names = Object.keys(OPTIMIZERS).filter((name) =>
  [undefined, name, `tfjs-4/${name}`].includes(values.only),
);
if ((values.out === undefined) === (values.cases === undefined) || names.length === 0) {
  console.error("usage: traces.mjs --out DIR | --cases N [--seed S] [--only RULE]");
  process.exit(2);
}
const tf = await load();
if (values.out !== undefined) golden(tf, values.out);
else process.stdout.write(fresh(tf, Number(values.cases), Number(values.seed), names));
