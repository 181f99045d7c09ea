/** Multinomial logistic regression on 8x8 digits: ten weights for each pixel and a bias for each digit. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

export const PIXELS = 64;
export const DIGITS = 10;
/** MXNet's parameter servers know integer keys only. */
export const SHAPES = { 0: [DIGITS, PIXELS], 1: [DIGITS] };

/** Every fifth image is kept for testing; pixels are scaled to 0..1. */
export function readDigits() {
  const file = new URL("./data/digits.csv.gz", import.meta.url);
  const lines = gunzipSync(readFileSync(file)).toString("ascii").trim().split("\n");
  const images = lines.map((line) => {
    const numbers = line.split(",").map(Number);
    return { pixels: numbers.slice(0, PIXELS).map((pixel) => pixel / 16), digit: numbers[PIXELS] };
  });
  return { train: images.filter((_, i) => i % 5 !== 0), test: images.filter((_, i) => i % 5 === 0) };
}

export function freshWeights() {
  return { 0: new Float32Array(DIGITS * PIXELS), 1: new Float32Array(DIGITS) };
}

/** Probabilities of the ten digits. */
function classify(weights, pixels) {
  const scores = Array.from({ length: DIGITS }, (_, d) =>
    pixels.reduce((sum, pixel, p) => sum + pixel * weights[0][d * PIXELS + p], weights[1][d]),
  );
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const total = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / total);
}

/** Mean loss of a batch, and gradients summed over it: `rescale_grad` makes means of them. */
export function lossAndGradients(weights, batch) {
  const gradients = { 0: new Float32Array(DIGITS * PIXELS), 1: new Float32Array(DIGITS) };
  let loss = 0;
  for (const { pixels, digit } of batch) {
    const probabilities = classify(weights, pixels);
    loss -= Math.log(probabilities[digit]);
    for (let d = 0; d < DIGITS; d++) {
      const error = probabilities[d] - (d === digit ? 1 : 0);
      gradients[1][d] += error;
      for (let p = 0; p < PIXELS; p++) gradients[0][d * PIXELS + p] += error * pixels[p];
    }
  }
  return { loss: loss / batch.length, gradients };
}

export function accuracy(weights, images) {
  const right = images.filter(({ pixels, digit }) => {
    const probabilities = classify(weights, pixels);
    return probabilities.indexOf(Math.max(...probabilities)) === digit;
  });
  return right.length / images.length;
}
