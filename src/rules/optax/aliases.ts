/** rules: optax's aliases but for Adam's family and adafactor. Source: google-deepmind/optax 0.2.8, optax/_src/alias.py. */
import type { Alias } from "./rule-text.ts";
import { dtype, ruleText } from "./rule-text.ts";
import { SCALE_BY_LION } from "./transform-moments.ts";
import {
  ADD_DECAYED_WEIGHTS,
  ADD_NOISE,
  emaNarrow,
  SCALE_BY_ADADELTA,
  SCALE_BY_LEARNING_RATE,
  SCALE_BY_NOVOGRAD,
  SCALE_BY_OPTIMISTIC_GRADIENT,
  SCALE_BY_RMS_OR_STDDEV,
  SCALE_BY_RPROP,
  SCALE_BY_RSS,
  SCALE_BY_SIGN,
  SCALE_BY_SM3,
  SCALE_BY_TRUST_RATIO_MASKED,
  SCALE_BY_TRUST_RATIO_SAFE,
  TRACE_NARROW,
  trace,
} from "./transforms.ts";

const cite = (name: string, from: string): string => `optax.${name}: optax/_src/alias.py, 0.2.8 ${from}`;

const SGD: Alias = {
  name: "sgd",
  source: cite("sgd", "(I. Sutskever et al., ICML 2013); a momentum of null keeps no trace"),
  hyper: [`learning_rate scheduled   momentum = null   nesterov = false   ${dtype("accumulator_dtype")}`],
  chain: [TRACE_NARROW, SCALE_BY_LEARNING_RATE],
};

const SIGN_SGD: Alias = {
  name: "sign_sgd",
  source: cite("sign_sgd", "(J. Bernstein et al., arXiv:1802.04434)"),
  hyper: ["learning_rate scheduled"],
  chain: [SCALE_BY_SIGN, SCALE_BY_LEARNING_RATE],
};

const SIGNUM: Alias = {
  name: "signum",
  source: cite("signum", "(J. Bernstein et al., arXiv:1802.04434)"),
  hyper: [`learning_rate scheduled   beta = 0.9   ${dtype("accumulator_dtype")}`],
  chain: [emaNarrow("beta", "accumulator_dtype"), SCALE_BY_SIGN, SCALE_BY_LEARNING_RATE],
};

const LION: Alias = {
  name: "lion",
  source: cite("lion", "(X. Chen et al., arXiv:2302.06675)"),
  hyper: [`learning_rate scheduled   b1 = 0.9   b2 = 0.99   ${dtype("mu_dtype")}   weight_decay = 0.001`],
  chain: [SCALE_BY_LION, ADD_DECAYED_WEIGHTS, SCALE_BY_LEARNING_RATE],
};

const NOISY_SGD: Alias = {
  name: "noisy_sgd",
  source: cite(
    "noisy_sgd",
    "(A. Neelakantan et al., arXiv:1511.06807); JAX's stream of bits is not repeated",
  ),
  hyper: ["learning_rate scheduled   eta = 0.01 in [0,)   gamma = 0.55   key = 0"],
  chain: [ADD_NOISE, SCALE_BY_LEARNING_RATE],
};

const OPTIMISTIC: Alias = {
  name: "optimistic_gradient_descent",
  source: cite("optimistic_gradient_descent", "(A. Mokhtari et al., arXiv:1901.08511)"),
  hyper: ["learning_rate scheduled   alpha = 1   beta = 1"],
  chain: [SCALE_BY_OPTIMISTIC_GRADIENT("alpha", "beta"), SCALE_BY_LEARNING_RATE],
};

const ADAGRAD: Alias = {
  name: "adagrad",
  source: cite("adagrad", "(J. Duchi et al., JMLR 12, 2011); XLA's rsqrt may be off by two units"),
  hyper: ["learning_rate scheduled   initial_accumulator_value = 0.1   eps = 1e-7"],
  chain: [SCALE_BY_RSS, SCALE_BY_LEARNING_RATE],
};

const ADADELTA: Alias = {
  name: "adadelta",
  source: cite(
    "adadelta",
    "(M. Zeiler, arXiv:1212.5701); a rate of null leaves the update as it is, its sign too",
  ),
  hyper: ["learning_rate = null scheduled   rho = 0.9   eps = 1e-6   weight_decay = 0"],
  chain: [
    ADD_DECAYED_WEIGHTS,
    SCALE_BY_ADADELTA,
    { update: SCALE_BY_LEARNING_RATE.update.map((line) => `${line} when not learning_rate is null`) },
  ],
};

const RMSPROP: Alias = {
  name: "rmsprop",
  source: cite(
    "rmsprop",
    "(G. Hinton, lecture 6a; centered: A. Graves, arXiv:1308.0850); the rate is in the trace",
  ),
  hyper: [
    "learning_rate scheduled   decay = 0.9   eps = 1e-8   initial_scale = 0   eps_in_sqrt = true",
    "centered = false   momentum = null   nesterov = false   bias_correction = false",
  ],
  chain: [SCALE_BY_RMS_OR_STDDEV, SCALE_BY_LEARNING_RATE, trace(" when not momentum is null")],
};

const RPROP: Alias = {
  name: "rprop",
  source: cite(
    "rprop",
    "(M. Riedmiller, H. Braun, 1993); gives the update of the step before, so the first moves nothing",
  ),
  hyper: [
    "learning_rate scheduled   eta_minus = 0.5   eta_plus = 1.2   min_step_size = 0.000001   max_step_size = 50",
  ],
  chain: [SCALE_BY_RPROP],
};

const SM3: Alias = {
  name: "sm3",
  source: cite("sm3", "(R. Anil et al., arXiv:1901.11150), for vectors and matrices"),
  hyper: ["learning_rate scheduled   momentum = 0.9"],
  needs: ["rank == 1 or rank == 2"],
  chain: [SCALE_BY_SM3, SCALE_BY_LEARNING_RATE],
};

const NOVOGRAD: Alias = {
  name: "novograd",
  source: cite("novograd", "(B. Ginsburg et al., arXiv:1905.11286)"),
  hyper: ["learning_rate scheduled   b1 = 0.9   b2 = 0.25   eps = 1e-6   eps_root = 0   weight_decay = 0"],
  chain: [SCALE_BY_NOVOGRAD, SCALE_BY_LEARNING_RATE],
};

const LARS: Alias = {
  name: "lars",
  source: cite("lars", "(Y. You et al., arXiv:1708.03888); masks: groups in which they are false"),
  hyper: [
    "learning_rate scheduled   weight_decay = 0   weight_decay_mask = true   trust_coefficient = 0.001",
    "eps = 0   trust_ratio_mask = true   momentum = 0.9   nesterov = false",
  ],
  chain: [
    { update: ADD_DECAYED_WEIGHTS.update.map((line) => `${line} and weight_decay_mask`) },
    SCALE_BY_TRUST_RATIO_MASKED,
    SCALE_BY_LEARNING_RATE,
    trace(""),
  ],
};

const FROMAGE: Alias = {
  name: "fromage",
  source: cite("fromage", "(J. Bernstein et al., arXiv:2002.03432)"),
  hyper: ["learning_rate scheduled   min_norm = 0.000001"],
  chain: [
    SCALE_BY_TRUST_RATIO_SAFE,
    {
      step: ["mult = 1 / sqrt(1 + learning_rate * learning_rate)"],
      update: ["u = -(learning_rate * mult) * u"],
    },
    { update: ["u = u + (mult - 1) * weight"] },
  ],
};

/** One text for each alias. */
export const OPTAX_ALIASES: readonly string[] = [
  SGD,
  SIGN_SGD,
  SIGNUM,
  LION,
  NOISY_SGD,
  OPTIMISTIC,
  ADAGRAD,
  ADADELTA,
  RMSPROP,
  RPROP,
  SM3,
  NOVOGRAD,
  LARS,
  FROMAGE,
].map(ruleText);
