/** rules: what all of MXNet's optimizers have in common. */

/** Hyperparameters of the base class; the rate is multiplied first and then handed on. */
export const BASE = "wd = 0   lr_mult = 1   wd_mult = 1   rescale_grad = 1   clip_gradient = null";

/** Releases that share an arithmetic but for how a kernel reads the decimal text of a scalar that Python hands to it. */
export interface Era {
  /** The last of the releases, which names the text. */
  readonly release: string;
  /** `std::stof` rounds correctly; dmlc-core's own ParseFloat, in 1.5 and later, does not always. */
  readonly read: "f32" | "dmlc_f32";
  readonly source: string;
}

export const TO_1_4: Era = { release: "1.4", read: "f32", source: "mxnet/optimizer.py, up to 1.4" };
export const TO_1_9: Era = {
  release: "1.9",
  read: "dmlc_f32",
  source: "mxnet/optimizer/optimizer.py, up to 1.9",
};

/** Fused kernels clip where Python finds the bound true and the kernel finds it positive. */
export const clips = ({ read }: Era): string => `clips = not clip_gradient is null and clip_gradient > 0
       bound = ${read}(clip_gradient) when clips`;

/** Formulas in Python clip wherever there is a bound, with an operator that reads it as kernels do. */
export const pythonClips = ({ read }: Era): string =>
  `bound = ${read}(clip_gradient) when not clip_gradient is null`;

/**
 * 2.0: `use_fused_step` chooses between a kernel, which reads text, and NDArray arithmetic in Python, which rounds a scalar to
 * binary32 where it meets an array.
 */
export const read2 = (value: string): string => `select(use_fused_step, dmlc_f32(${value}), ${value})`;

/** 2.0: where a gradient is clipped, by a kernel or in Python. */
export const CLIPS_2 = `clips = not clip_gradient is null and (clip_gradient > 0 or not use_fused_step)
       bound = dmlc_f32(clip_gradient) when clips`;

/** 2.0: nearly every optimizer scales, clips, and adds the decay last. */
export const GRADIENT_2 = `g = grad * rescale
       g = clip(g, bound) when clips
       g = g + weight * decay`;

/** 2.0, classes that have no kernel. */
export const PYTHON_2 = `lr = learning_rate * lr_mult
       bound = dmlc_f32(clip_gradient) when not clip_gradient is null`;
export const PYTHON_GRADIENT_2 = `g = grad * rescale_grad
       g = clip(g, bound) when not clip_gradient is null
       g = g + weight * (wd * wd_mult)`;
