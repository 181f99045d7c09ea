/** rules: optax's aliases that keep moments as Adam does. Source: google-deepmind/optax 0.2.8, optax/_src/alias.py. */
import type { Alias } from "./rule-text.ts";
import { dtype, ruleText } from "./rule-text.ts";
import {
  SCALE_BY_ADAM,
  SCALE_BY_ADAM_WIDE,
  SCALE_BY_ADAMAX,
  SCALE_BY_ADAN,
  SCALE_BY_AMSGRAD,
  SCALE_BY_BELIEF,
  SCALE_BY_RADAM,
  SCALE_BY_YOGI,
} from "./transform-moments.ts";
import {
  ADD_DECAYED_WEIGHTS,
  SCALE_BY_LEARNING_RATE,
  SCALE_BY_OPTIMISTIC_GRADIENT,
  SCALE_BY_TRUST_RATIO,
} from "./transforms.ts";

const BETAS = "b1 = 0.9   b2 = 0.999";
const hyper = (eps: string, more: string): string => `learning_rate scheduled   ${BETAS}   ${eps}   ${more}`;
const ROOT = "eps = 1e-8   eps_root = 0";
const MU = dtype("mu_dtype");

const paper = {
  adam: "D. Kingma, J. Ba, arXiv:1412.6980",
  adamw: "I. Loshchilov, F. Hutter, arXiv:1711.05101",
  nadam: 'T. Dozat, "Incorporating Nesterov momentum into Adam", 2016',
};
const cite = (name: string, from: string, note = ""): string =>
  `optax.${name}: optax/_src/alias.py, 0.2.8 (${from})${note}`;

const adam = (name: string, nesterov: boolean, from: string): Alias => ({
  name,
  source: cite(name, from, nesterov ? "; adam with nesterov" : ""),
  hyper: [hyper(ROOT, `${MU}   nesterov = ${nesterov}`)],
  chain: [SCALE_BY_ADAM, SCALE_BY_LEARNING_RATE],
});

const adamw = (name: string, nesterov: boolean, from: string): Alias => ({
  ...adam(name, nesterov, from),
  source: cite(name, from, nesterov ? "; adamw with nesterov" : "; `mask`: groups with weight_decay 0"),
  hyper: [hyper(ROOT, MU), `weight_decay = 0.0001   nesterov = ${nesterov}`],
  chain: [SCALE_BY_ADAM, ADD_DECAYED_WEIGHTS, SCALE_BY_LEARNING_RATE],
});

const AMSGRAD: Alias = {
  name: "amsgrad",
  source: cite("amsgrad", "S. Reddi et al., arXiv:1904.09237", "; the greatest of the corrected moments"),
  hyper: [hyper(ROOT, MU), "bias_correction_mu = true   bias_correction_nu = true"],
  chain: [SCALE_BY_AMSGRAD, SCALE_BY_LEARNING_RATE],
};

const ADAMAX: Alias = {
  name: "adamax",
  source: cite("adamax", `${paper.adam}, section 7.1`),
  hyper: [`learning_rate scheduled   ${BETAS}   eps = 1e-8`],
  chain: [SCALE_BY_ADAMAX, SCALE_BY_LEARNING_RATE],
};

const ADAMAXW: Alias = {
  name: "adamaxw",
  source: cite("adamaxw", `${paper.adam}, section 7.1; ${paper.adamw}`),
  hyper: [hyper("eps = 1e-8", "weight_decay = 0.0001")],
  chain: [SCALE_BY_ADAMAX, ADD_DECAYED_WEIGHTS, SCALE_BY_LEARNING_RATE],
};

const ADABELIEF: Alias = {
  name: "adabelief",
  source: cite("adabelief", "J. Zhuang et al., arXiv:2010.07468", "; eps_root stays in the moment"),
  hyper: [hyper("eps = 1e-16   eps_root = 1e-16", "nesterov = false")],
  chain: [SCALE_BY_BELIEF, SCALE_BY_LEARNING_RATE],
};

const ADAN: Alias = {
  name: "adan",
  source: cite("adan", "X. Xie et al., arXiv:2208.06677", "; its b is one minus the paper's beta"),
  hyper: [
    "learning_rate scheduled   b1 = 0.98   b2 = 0.92   b3 = 0.99   eps = 1e-8   eps_root = 1e-8   weight_decay = 0",
  ],
  chain: [SCALE_BY_ADAN, ADD_DECAYED_WEIGHTS, SCALE_BY_LEARNING_RATE],
};

const YOGI: Alias = {
  name: "yogi",
  source: cite("yogi", 'M. Zaheer et al., "Adaptive methods for nonconvex optimization", NeurIPS 2018'),
  hyper: [`learning_rate scheduled   ${BETAS}   eps = 0.001`],
  chain: [SCALE_BY_YOGI, SCALE_BY_LEARNING_RATE],
};

const RADAM: Alias = {
  name: "radam",
  source: cite(
    "radam",
    "L. Liu et al., arXiv:1908.03265",
    "; b2^t as a jitted step has it, not an eager one",
  ),
  hyper: [hyper(ROOT, "threshold = 5   nesterov = false")],
  chain: [SCALE_BY_RADAM, SCALE_BY_LEARNING_RATE],
};

const LAMB: Alias = {
  name: "lamb",
  source: cite("lamb", "Y. You et al., arXiv:1904.00962"),
  hyper: [hyper("eps = 1e-6   eps_root = 0", "weight_decay = 0")],
  chain: [SCALE_BY_ADAM_WIDE, ADD_DECAYED_WEIGHTS, SCALE_BY_TRUST_RATIO, SCALE_BY_LEARNING_RATE],
};

const OPTIMISTIC: Alias = {
  name: "optimistic_adam",
  source: cite("optimistic_adam", "C. Daskalakis et al., arXiv:1711.00141", "; `optimism` null: the rate"),
  hyper: [hyper(ROOT, MU), "optimism = null   nesterov = true"],
  chain: [
    SCALE_BY_ADAM,
    { step: ["ahead = select(optimism is null, learning_rate, optimism)"], update: [] },
    SCALE_BY_OPTIMISTIC_GRADIENT("learning_rate", "ahead"),
    { update: ["u = -u"] },
  ],
};

const OPTIMISTIC_V2: Alias = {
  name: "optimistic_adam_v2",
  source: cite("optimistic_adam_v2", "C. Daskalakis et al., arXiv:1711.00141"),
  hyper: [hyper(ROOT, MU), "alpha = 1   beta = 1   nesterov = true"],
  chain: [SCALE_BY_ADAM, SCALE_BY_OPTIMISTIC_GRADIENT("alpha", "beta"), SCALE_BY_LEARNING_RATE],
};

/** One text for each alias. */
export const OPTAX_ADAM: readonly string[] = [
  adam("adam", false, paper.adam),
  adam("nadam", true, paper.nadam),
  adamw("adamw", false, paper.adamw),
  adamw("nadamw", true, `${paper.adamw}; ${paper.nadam}`),
  AMSGRAD,
  ADAMAX,
  ADAMAXW,
  ADABELIEF,
  ADAN,
  YOGI,
  RADAM,
  LAMB,
  OPTIMISTIC,
  OPTIMISTIC_V2,
].map(ruleText);
