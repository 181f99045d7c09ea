/** rules: what all of MXNet's optimizers have in common. */

/** Hyperparameters of the base class; the rate is multiplied first and then handed on. */
export const BASE = "wd = 0   lr_mult = 1   wd_mult = 1   rescale_grad = 1   clip_gradient = null";

/** Fused kernels clip where Python finds the bound true and the kernel finds it positive. */
export const CLIPS = `clips = not clip_gradient is null and clip_gradient > 0
       bound = dmlc_f32(clip_gradient) when clips`;
