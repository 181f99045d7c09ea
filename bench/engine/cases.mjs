/** What is measured: rules, and for each number of threads the cases, each with its participants, the subject first. */
import { ARCHITECTURES, sizeOf } from "./architectures.mjs";

/**
 * `spec`: what optseal is asked for. `arrays`: numbers held for each parameter, weight and gradient included. `peers`: who has the
 * rule. `isMatrix`: it treats matrices otherwise than vectors.
 */
export const RULES = {
  sgd: {
    title: "SGD, momentum",
    spec: { rule: "torch-2.13/sgd", hyper: { momentum: 0.9 } },
    arrays: 3,
    peers: ["C", "C 128-bit", "torch fused", "torch foreach", "TF.js", "reference"],
  },
  adam: {
    title: "Adam",
    spec: { rule: "torch-2.13/adam" },
    arrays: 4,
    peers: ["C", "C 128-bit", "torch fused", "torch foreach", "TF.js", "reference"],
  },
  adamw: {
    title: "AdamW",
    spec: { rule: "torch-2.13/adamw" },
    arrays: 4,
    peers: ["C", "C 128-bit", "torch fused", "torch foreach", "reference"],
  },
  rmsprop: {
    title: "RMSProp",
    spec: { rule: "torch-2.13/rmsprop" },
    arrays: 3,
    peers: ["C", "C 128-bit", "torch foreach", "TF.js", "reference"],
  },
  lamb: {
    title: "LAMB",
    spec: { rule: "optax-0.2/lamb", hyper: { weight_decay: 0.01 } },
    arrays: 5,
    peers: ["C", "C 128-bit", "optax", "reference"],
  },
  lion: {
    title: "Lion",
    spec: { rule: "optax-0.2/lion" },
    arrays: 3,
    peers: ["C", "C 128-bit", "optax", "reference"],
  },
  adafactor: {
    title: "Adafactor (torch's)",
    spec: { rule: "torch-2.13/adafactor" },
    arrays: 3,
    peers: ["C", "C 128-bit", "torch foreach", "reference"],
    isMatrix: true,
  },
  "adafactor-optax": {
    title: "Adafactor (optax's)",
    spec: { rule: "optax-0.2/adafactor" },
    arrays: 3,
    peers: ["optax", "reference"],
    isMatrix: true,
  },
};

export const SIZES = [1000, 200_000, 1_000_000, 16_000_000, 64_000_000];
/** Above these, to see growth: 3.2 GB of weights, gradients and state of AdamW in one tensor; 5 GiB in 16 tensors. */
const LARGER = { adamw: [[[200_000_000]], Array(16).fill([20_971_520])], sgd: [[[250_000_000]]] };
const GAIN_SIZES = [200_000, 16_000_000, 64_000_000];
/** Slow peers with one thread, and up to what size they are waited for. */
const SLOW = { "TF.js": 1_000_000, reference: 1_000_000 };

/** One tensor: of two dimensions, nearly square, where the rule asks for it. */
function shapesOf(rule, size) {
  if (!RULES[rule].isMatrix) return [[size]];
  let rows = Math.floor(Math.sqrt(size));
  while (size % rows !== 0) rows -= 1;
  return [[rows, size / rows]];
}

function made(section, rule, threads, shapes, names, more = {}) {
  const participants = ["optseal", ...names].map((name) => ({ name, kind: name, threads, rule, shapes }));
  return { section, rule, threads, size: sizeOf(shapes), participants, ...more };
}

function single(rule, threads, size) {
  const names = RULES[rule].peers.filter((name) => !(name in SLOW) || (threads === 1 && size <= SLOW[name]));
  return made("size", rule, threads, shapesOf(rule, size), names);
}

/** A model's tensors, beside as many parameters in one. */
function list(rule, threads, model) {
  const shapes = ARCHITECTURES[model];
  const names = RULES[rule].peers.filter((name) => !(name in SLOW) && name !== "C 128-bit");
  const one = made("list", rule, threads, shapes, names, { model });
  const whole = { name: "one tensor", kind: "optseal", threads, rule };
  return { ...one, participants: [...one.participants, { ...whole, shapes: shapesOf(rule, one.size) }] };
}

function larger(rule, threads, shapes) {
  return made("larger", rule, threads, shapes, ["C"]);
}

/** All threads and one of them, beside a copy of as many bytes as the update has before it. */
function gain(rule, threads, size) {
  const shapes = shapesOf(rule, size);
  const copied = [[Math.round((size * RULES[rule].arrays) / 2)]];
  const copy = { kind: "C", rule: "copy", shapes: copied };
  return {
    ...made("gain", rule, threads, shapes, []),
    participants: [
      { name: "optseal", kind: "optseal", threads, rule, shapes },
      { name: "one thread", kind: "optseal", threads: 1, rule, shapes },
      { name: "copy", threads, ...copy },
      { name: "copy, one thread", threads: 1, ...copy },
    ],
  };
}

/** @returns all cases, in the order in which they are measured and shown */
export function casesOf({ threads, sizes, rules, models, isQuick }) {
  const each = (of) => threads.flatMap((count) => rules.flatMap((rule) => of(rule, count)));
  return [
    ...each((rule, count) => sizes.map((size) => single(rule, count, size))),
    ...each((rule, count) => models.map((model) => list(rule, count, model))),
    ...(isQuick
      ? []
      : each((rule, count) => (LARGER[rule] ?? []).map((shapes) => larger(rule, count, shapes)))),
    ...each((rule, count) =>
      GAIN_SIZES.filter((size) => count > 1 && sizes.includes(size)).map((size) => gain(rule, count, size)),
    ),
  ];
}
