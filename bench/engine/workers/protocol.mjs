/**
 * What a worker is asked and answers: a line each, over standard input and output. A worker is started with its number of threads.
 *
 *     case RULE SHAPE...    takes tensors in (a shape is 16 or 4x4), makes the first three updates
 *     moved DISTANCE          how far those moved each of the first tensor's first 1000 weights, in the mean
 *     cannot WHY              it has no such rule, or not for such tensors
 *     run UNTIMED TIMED     makes so many updates, and then so many more
 *     NANOSECONDS             that all of the latter took, by the clock on the wall
 *     drop                  forgets the tensors; asked of processes that go on to another case
 *     dropped
 *
 * Weights and gradients are `drawn` with the number of the element, counted through all tensors, and come again after PERIOD of them.
 * The rate is 1e-5 everywhere, so that hundreds of thousands of updates with the same gradients stay among ordinary numbers.
 */
import { createInterface } from "node:readline";

export const RATE = 1e-5;
const FIRST_STEPS = 3;
const CHECKED = 1000;
const PERIOD = 1 << 20;

/** One of numbers that are spread evenly from -0.5 to 0.5, in no visible order. */
function drawn(i, salt) {
  let x = Math.imul(i ^ salt, 0x9e3779b1);
  x = Math.imul(x ^ (x >>> 15), 0x85ebca77);
  x ^= x >>> 13;
  return (x >>> 0) / 2 ** 32 - 0.5;
}

const pattern = (salt) => Float32Array.from({ length: PERIOD }, (_, i) => drawn(i, salt));
const WEIGHTS = pattern(0);
const GRADIENTS = pattern(1 << 31);

/** Numbers `first` and following of a pattern that comes again and again. */
function filled(array, first, numbers) {
  for (let at = 0; at < array.length; ) {
    const from = (first + at) % PERIOD;
    const count = Math.min(PERIOD - from, array.length - at);
    array.set(numbers.subarray(from, from + count), at);
    at += count;
  }
  return array;
}

const sizeOf = (shape) => shape.reduce((product, length) => product * length, 1);

/** The tensors of a line: their shapes, and what fills an array that is as long with weights or gradients. */
function tensorsOf(shapes) {
  let first = 0;
  return shapes.map((text) => {
    const shape = text.split("x").map(Number);
    const size = sizeOf(shape);
    const from = first;
    first += size;
    return {
      shape,
      size,
      weights: (array = new Float32Array(size)) => filled(array, from, WEIGHTS),
      gradients: (array = new Float32Array(size)) => filled(array, from, GRADIENTS),
    };
  });
}

/** How far weights are from where they began. */
function movedBy(weights) {
  const count = Math.min(weights.length, CHECKED);
  let moved = 0;
  for (let i = 0; i < count; i++) moved += Math.abs(weights[i] - WEIGHTS[i]);
  return moved / count;
}

/**
 * Answers lines until there are no more.
 * @param begin takes a rule's name and tensors; gives back `step`, `first`, which returns the first tensor's weights, and `end`, or
 *   why it cannot
 */
export async function serve(begin) {
  let current;
  for await (const line of createInterface({ input: process.stdin })) {
    const [word, ...rest] = line.split(" ");
    if (word === "case") {
      const [rule, ...shapes] = rest;
      await current?.end();
      current = begin(rule, tensorsOf(shapes));
      if (typeof current === "string") {
        console.log(`cannot ${current}`);
        current = undefined;
        continue;
      }
      for (let i = 0; i < FIRST_STEPS; i++) current.step();
      console.log(`moved ${movedBy(current.first())}`);
    } else {
      const [untimed, timed] = rest.map(Number);
      for (let i = 0; i < untimed; i++) current.step();
      const from = process.hrtime.bigint();
      for (let i = 0; i < timed; i++) current.step();
      console.log(String(process.hrtime.bigint() - from));
    }
  }
  await current?.end();
}
