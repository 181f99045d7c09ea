/** rules: Keras' optimizers that keep moments of the gradient. Source: keras 3.15.1, src/optimizers; see base-class.ts. */
import { AFTER, BASE, BEFORE, DECAYED, needsAndState, STEP } from "./base-class.ts";

const betas = (epsilon: string): string => `beta_1 = 0.9   beta_2 = 0.999   epsilon = ${epsilon}`;

/** What the powers of the decay rates leave of 1, in binary32. */
const LEFT = "left1 = f32(1 - powf(beta_1, n))   left2 = f32(1 - powf(beta_2, n))";

const FIRST = "momentum = momentum + (g - momentum) * (1 - beta_1)";
const SECOND = "velocity = velocity + (g * g - velocity) * (1 - beta_2)";

const adam = (name: string, decay: string, source: string): string => `
rule keras-3/${name}
# keras.optimizers.${source}
hyper  learning_rate = 0.001 scheduled   ${betas("1e-7")}   amsgrad = false   weight_decay = ${decay}
       ${BASE}
${needsAndState("momentum = 0   velocity = 0   velocity_hat = 0 when amsgrad")}
${STEP}   ${LEFT}
       alpha = f32(f32(lr * f32(sqrt(left2))) / left1)
${BEFORE}
       ${FIRST}
       ${SECOND}
       velocity_hat = max(velocity_hat, velocity) when amsgrad
       weight = ${DECAYED} - momentum * alpha / (sqrt(select(amsgrad, velocity_hat, velocity)) + epsilon)
       ${AFTER}
`;

const ADAM = adam(
  "adam",
  "null",
  "Adam: src/optimizers/adam.py, 3.15.1 (D. Kingma, J. Ba, arXiv:1412.6980, end of section 2: epsilon joins the uncorrected root)",
);
const ADAMW = adam(
  "adamw",
  "0.004",
  "AdamW: src/optimizers/adamw.py, 3.15.1 (I. Loshchilov, F. Hutter, arXiv:1711.05101)",
);

const ADAMAX = `
rule keras-3/adamax
# keras.optimizers.Adamax: src/optimizers/adamax.py, 3.15.1 (D. Kingma, J. Ba, arXiv:1412.6980, section 7.1)
hyper  learning_rate = 0.001 scheduled   ${betas("1e-7")}   weight_decay = null
       ${BASE}
${needsAndState("momentum = 0   norm_inf = 0")}
${STEP}   left1 = f32(1 - powf(beta_1, n))
${BEFORE}
       ${FIRST}
       norm_inf = max(beta_2 * norm_inf, abs(g))
       weight = ${DECAYED} - lr * momentum / (left1 * (norm_inf + epsilon))
       ${AFTER}
`;

/** Dozat's mu of this update and of the next. */
const U = "f32(f32(beta_1) * d1)";
const U_NEXT = "f32(f32(beta_1) * d2)";

const NADAM = `
rule keras-3/nadam
# keras.optimizers.Nadam: src/optimizers/nadam.py, 3.15.1 (T. Dozat, "Incorporating Nesterov momentum into Adam", 2016)
hyper  learning_rate = 0.001 scheduled   ${betas("1e-7")}   backend = jax of jax|torch   weight_decay = null
       ${BASE}
${needsAndState("momentum = 0   velocity = 0   u_product: shared = 1   seen: shared = 0")}
${STEP}   d1 = f32(1 - 0.5 * powf(0.96, n))   d2 = f32(1 - 0.5 * powf(0.96, n + 1))
${BEFORE}
       u_product = select(n > seen, f32(f32(u_product * f32(beta_1)) * d1), u_product)
       seen = n
       momentum = momentum + (g - momentum) * (1 - select(backend is jax, f32(beta_1), beta_1))
       velocity = velocity + (g * g - velocity) * (1 - select(backend is jax, f32(beta_2), beta_2))
       g = ${U_NEXT} * momentum / (1 - f32(u_product * ${U_NEXT})) + (1 - ${U}) * g / (1 - u_product)
       weight = ${DECAYED} - g * lr / (sqrt(velocity / f32(1 - powf(beta_2, n))) + epsilon)
       ${AFTER}
`;

const LAMB = `
rule keras-3/lamb
# keras.optimizers.Lamb: src/optimizers/lamb.py, 3.15.1 (Y. You et al., arXiv:1904.00962); the decay is no part of the ratio
hyper  learning_rate = 0.001 scheduled   ${betas("1e-7")}   weight_decay = null
       ${BASE}
${needsAndState("momentum = 0   velocity = 0")}
${STEP}   ${LEFT}
${BEFORE}
       weight = ${DECAYED}
       ${FIRST}
       ${SECOND}
       u = momentum / left1 / (sqrt(velocity / left2) + epsilon)
       ratio = select(norm(weight) > 0 and norm(u) > 0, f32(f32(norm(weight)) / f32(norm(u))), 1)
       weight = weight - f32(ratio * lr) * u
       ${AFTER}
`;

const SCHEDULE_FREE = `
rule keras-3/schedulefreeadamw
# keras.optimizers.ScheduleFreeAdamW: src/optimizers/schedule_free_adamw.py, 3.15.1 (A. Defazio et al., arXiv:2405.15682); see base-class.ts for torch
hyper  learning_rate = 0.0025 scheduled   ${betas("1e-8")}   warmup_steps = 0   weight_decay = null   backend = jax of jax|torch
       ${BASE}
${needsAndState("momentum = weight   velocity = 0")}
${STEP}   b1 = f32(beta_1)   share = f32(1 / n)   left2 = f32(1 - powf(beta_2, n))
       warm = select(warmup_steps > 0, f32(lr * min(f32(n / warmup_steps), 1)), lr)
${BEFORE}
       weight = ${DECAYED}
       velocity = velocity + (g * g - velocity) * (1 - f32(beta_2))
       old = momentum
       momentum = momentum - warm * g / (sqrt(velocity / left2) + epsilon)
       x = (weight - (1 - b1) * select(backend is jax, old, momentum)) / b1
       weight = (1 - b1) * momentum + b1 * ((1 - share) * x + share * momentum)
       ${AFTER}
`;

/** One text for each rule. */
export const KERAS_MOMENTS: readonly string[] = [ADAM, ADAMW, ADAMAX, NADAM, LAMB, SCHEDULE_FREE];
