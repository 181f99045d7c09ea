/** run: the spec's own gradient steps, for rules that have no such argument. One rounding each. */
import type { GradientSteps } from "../spec/tree.ts";
import { blockSum } from "./reduce.ts";

/** What torch.nn.utils.clip_grad_norm_ adds to the norm (torch 2.13, torch/nn/utils/clip_grad.py). */
export const NORM_GUARD = 1e-6;

/** The gradients of one step as the rule sees them; the same arrays where nothing is to be done. */
export function prepared(gradients: readonly Float32Array[], steps: GradientSteps): readonly Float32Array[] {
  const own = gradients.map((gradient) => scaledAndClipped(gradient, steps));
  const { clip_norm: most } = steps;
  if (most === undefined) return own;
  const squares = own.map((g) => blockSum(g, { start: 0, stride: 1, count: g.length }, (x) => x * x));
  const norm = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
  const factor = Math.fround(Math.min(1, most / (norm + NORM_GUARD)));
  return own.map((gradient) => gradient.map((g) => g * factor));
}

function scaledAndClipped(gradient: Float32Array, { rescale, clip_value }: GradientSteps): Float32Array {
  if (rescale === undefined && clip_value === undefined) return gradient;
  const factor = Math.fround(rescale ?? 1);
  const bound = Math.fround(clip_value ?? Number.POSITIVE_INFINITY);
  return gradient.map((g) => {
    const scaled = Math.fround(g * factor);
    return scaled > bound ? bound : scaled < -bound ? -bound : scaled;
  });
}
