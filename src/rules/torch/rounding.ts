/**
 * rules: how PyTorch's CPU kernels round, without fused multiply-add (ATen/native/cpu, 2.13.0). Every tensor operation rounds
 * once to binary32; a Python number is binary64 until it meets a tensor.
 */

/** `Tensor.lerp`: it starts from the nearer end. The weight is a binary32 number. */
export const lerp = (from: string, to: string, weight: string): string =>
  `select(abs(${weight}) < 0.5, ${from} + ${weight} * (${to} - ${from}), ${to} - (${to} - ${from}) * (1 - ${weight}))`;

/** The same for a weight that is never negative. */
export const lerpBetween = (from: string, to: string, weight: string): string =>
  `select(${weight} < 0.5, ${from} + ${weight} * (${to} - ${from}), ${to} - (${to} - ${from}) * (1 - ${weight}))`;
