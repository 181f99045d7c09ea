/**
 * Conformance: where a built-in differs from the real thing, how far and why, by framework. Each row: `rule`, one name after the slash
 * or several; `what` differs; how `far`; the `cause`.
 */
import { ARXIV } from "./differences/arxiv.mjs";
import { DEEPSPEED } from "./differences/deepspeed.mjs";
import { KERAS } from "./differences/keras.mjs";
import { MXNET } from "./differences/mxnet.mjs";
import { OPTAX } from "./differences/optax.mjs";
import { TFJS } from "./differences/tfjs.mjs";
import { TORCH } from "./differences/torch.mjs";
import { TRANSFORMERS } from "./differences/transformers.mjs";

/** Rows by the name of the framework in frameworks.mjs. */
export const DIFFERENCES = {
  keras: KERAS,
  arxiv: ARXIV,
  mxnet: MXNET,
  optax: OPTAX,
  tfjs: TFJS,
  deepspeed: DEEPSPEED,
  torch: TORCH,
  transformers: TRANSFORMERS,
};
