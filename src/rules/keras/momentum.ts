/** rules: Keras' optimizers with one buffer, or none. Source: keras 3.15.1, src/optimizers; see base-class.ts. */
import { AFTER, BASE, BEFORE, DECAYED, needsAndState, STEP } from "./base-class.ts";

const SGD = `
rule keras-3/sgd
# keras.optimizers.SGD: src/optimizers/sgd.py, 3.15.1; the rate is inside the buffer
hyper  learning_rate = 0.01 scheduled   momentum = 0 in [0,1]   nesterov = false   weight_decay = null
       ${BASE}
${needsAndState("momentums = 0 when momentum != 0")}
${STEP}
${BEFORE}
       momentums = momentums * momentum - g * lr when momentum != 0
       move = select(momentum == 0, -(g * lr), select(nesterov, momentums * momentum - g * lr, momentums))
       weight = ${DECAYED} + move
       ${AFTER}
`;

const LION = `
rule keras-3/lion
# keras.optimizers.Lion: src/optimizers/lion.py, 3.15.1 (X. Chen et al., arXiv:2302.06675)
hyper  learning_rate = 0.001 scheduled   beta_1 = 0.9 in (0,1]   beta_2 = 0.99   weight_decay = null
       ${BASE}
${needsAndState("momentum = 0")}
${STEP}
${BEFORE}
       weight = ${DECAYED} - lr * sign(momentum * beta_1 + g * (1 - f32(beta_1)))
       momentum = momentum * beta_2 + g * (1 - f32(beta_2))
       ${AFTER}
`;

const decayedBy = (decay: string): string =>
  `select(${decay} is null, weight, weight - weight * ${decay} * lr)`;

const ADAM_RATE =
  "f32(f32(f32(lr * adam_lr_ratio) * f32(sqrt(f32(1 - powf(adam_beta_2, n))))) / f32(1 - powf(adam_beta_1, n)))";
const BY_ADAM = `${decayedBy("adam_weight_decay")} - momentums * ${ADAM_RATE} / (sqrt(velocity) + epsilon)`;

const NESTEROV = "select(nesterov, g + momentum * momentums, momentums)";
const X = `select(rows > cols, transpose(${NESTEROV}), ${NESTEROV})`;
const MOVE = "lr * select(rows > cols, transpose(x), x)";
const SCALED = `select(rms_rate is null, ${MOVE}, ${MOVE} * f32(sqrt(max(rows, cols))) * rms_rate)`;
const BY_MUON = `${decayedBy("weight_decay")} - ${SCALED}`;

/** `use_adam`, for a group of parameters: what Keras finds by exclude_layers and exclude_embeddings. */
const MUON = `
rule keras-3/muon
# keras.optimizers.Muon: src/optimizers/muon.py, 3.15.1 (K. Jordan et al., 2024; J. Liu et al., arXiv:2502.16982)
hyper  learning_rate = 0.001 scheduled   adam_beta_1 = 0.9   adam_beta_2 = 0.999   adam_weight_decay = 0.004 or null
       epsilon = 1e-7   weight_decay = 0.004 or null   muon_a = 3.4445   muon_b = -4.775   muon_c = 2.0315   adam_lr_ratio = 1
       momentum = 0.95   ns_steps = 5   nesterov = true   rms_rate = 0.2 or null   use_adam = false   ${BASE}
${needsAndState("momentums = 0   velocity = 0 when use_adam or not rank == 2")}
${STEP}   adam = use_adam or not rank == 2   turns = select(adam, 0, ns_steps)
${BEFORE}
       momentums = momentums + select(adam, (g - momentums) * (1 - adam_beta_1), g + momentums * (momentum - 1))
       velocity = velocity + (g * g - velocity) * (1 - adam_beta_2) when adam
       x = ${X} / f32(f32(norm(${NESTEROV})) + f32(1e-7)) when not adam
       repeat turns { a = matmul(x, transpose(x))   x = muon_a * x + matmul(muon_b * a + matmul(muon_c * a, a), x) }
       weight = select(adam, ${BY_ADAM}, ${BY_MUON})
       ${AFTER}
`;

/** One text for each rule. */
export const KERAS_MOMENTUM: readonly string[] = [SGD, LION, MUON];
