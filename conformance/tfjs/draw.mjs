/**
 * Conformance, TensorFlow.js: draws random set-ups. In: a random generator and an optimizer's name. Out: constructor arguments, shapes,
 * weights and gradients. Arguments left out of `hyper` are left to their defaults.
 */
import { createHash } from "node:crypto";

/** A generator of numbers in [0, 1) that gives the same ones for the same words on every engine (sfc32). */
export function generator(...words) {
  const seed = createHash("sha256").update(JSON.stringify(words)).digest();
  let [a, b, c, d] = [0, 4, 8, 12].map((at) => seed.readInt32LE(at));
  return () => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
}

const pick = (random, ...choices) => choices[Math.floor(random() * choices.length)];
const integer = (random, low, high) => low + Math.floor(random() * (high - low + 1));

/** A number between 10^low and 10^(high + 1), spelt in decimal so that no engine's power function is asked: all digits, or three. */
function wild(random, low, high) {
  const digits = 1 + 9 * random();
  return Number(`${random() < 0.5 ? digits : digits.toFixed(2)}e${integer(random, low, high)}`);
}

const unit = (random, low = 0, high = 1) => {
  const value = low + (high - low) * random();
  return random() < 0.5 ? value : Number(value.toFixed(3));
};

const rate = (random) => pick(random, 0.1, 0.01, 0.001, 1, wild(random, -5, -1), wild(random, -3, -1));
const beta = (random) => pick(random, 0.9, 0.999, 0, unit(random), unit(random, 0.9, 0.9999));
const epsilon = (random) => pick(random, null, null, 1e-8, 0.001, 1, wild(random, -9, -2));

/**
 * The arguments of each optimizer in the order of its constructor: whether it must be given, and how it is drawn. A boolean is left
 * out, true and false in turn.
 */
export const OPTIMIZERS = {
  sgd: [["learningRate", true, rate]],
  momentum: [
    ["learningRate", true, rate],
    ["momentum", true, beta],
    ["useNesterov", false, "boolean"],
  ],
  adagrad: [
    ["learningRate", true, rate],
    ["initialAccumulatorValue", false, (random) => pick(random, 0, 1, unit(random), wild(random, -6, -1))],
  ],
  adadelta: [
    ["learningRate", false, (random) => pick(random, 1, rate(random))],
    ["rho", false, beta],
    ["epsilon", false, epsilon],
  ],
  adam: [
    ["learningRate", false, rate],
    ["beta1", false, beta],
    ["beta2", false, beta],
    ["epsilon", false, epsilon],
  ],
  adamax: [
    ["learningRate", false, rate],
    ["beta1", false, beta],
    ["beta2", false, beta],
    ["epsilon", false, epsilon],
    ["decay", false, (random) => pick(random, 0, 0.5, unit(random), wild(random, -5, -1))],
  ],
  rmsprop: [
    ["learningRate", true, rate],
    ["decay", false, beta],
    ["momentum", false, beta],
    ["epsilon", false, epsilon],
    ["centered", false, "boolean"],
  ],
};

/** Arguments of case `number` of an optimizer, by name. */
export function drawHyper(random, optimizer, number) {
  const drawn = OPTIMIZERS[optimizer].map(([name, required, draw]) => {
    if (draw === "boolean") return [name, [undefined, true, false][number % 3]];
    return [name, required || random() < 0.7 ? draw(random) : undefined];
  });
  return Object.fromEntries(drawn.filter(([, value]) => value !== undefined));
}

/** Nearly normal: the sum of twelve numbers in [0, 1), less six. */
const bell = (random) => Array.from({ length: 12 }, random).reduce((sum, x) => sum + x, -6);

const SHAPES = [[5], [7], [3, 4], [1], [2, 3], [9], [], [2, 2, 3]];
const KEYS = ["kernel", "bias", "gamma"];

const sizeOf = (shape) => shape.reduce((product, size) => product * size, 1);

/**
 * Gradients of mixed size: some zero, some large, a few so small that their squares are subnormal.
 * @param plain neither: large enough that a variance stays above epsilon
 */
function drawGradient(random, size, plain) {
  if (plain) return Float32Array.from({ length: size }, () => bell(random) * 10);
  const scale = random() < 0.95 ? wild(random, -4, 0) : wild(random, -24, -18);
  return Float32Array.from({ length: size }, () => {
    const value = bell(random) * scale;
    return pick(random, ...Array(10).fill(value), 0, 1000 * value);
  });
}

/** Parameters: weights near one, or so small that the last bit of a small step shows in them. */
export function drawParameters(random) {
  const scale = () => (random() < 0.4 ? 1 : wild(random, -8, -1));
  return KEYS.slice(0, integer(random, 2, 3)).map((key) => {
    const shape = pick(random, ...SHAPES);
    const by = scale();
    return { key, shape, before: Float32Array.from({ length: sizeOf(shape) }, () => bell(random) * by) };
  });
}

/** Gradients by key for each step: all of them, or in a third of the cases with gaps, but never none: `minimize` refuses that. */
export function drawSteps(random, params, plain) {
  const gap = random() < 0.35 ? 0.3 : 0;
  return Array.from({ length: integer(random, 6, 8) }, () => {
    const whole = Math.floor(random() * params.length);
    const having = params.filter((_, i) => random() >= gap || i === whole);
    return new Map(having.map(({ key, before }) => [key, drawGradient(random, before.length, plain)]));
  });
}
