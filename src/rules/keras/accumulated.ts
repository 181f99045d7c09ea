/** rules: Keras' optimizers that divide by accumulated squares. Source: keras 3.15.1, src/optimizers; see base-class.ts. */
import { AFTER, BASE, BEFORE, DECAYED, needsAndState, STEP } from "./base-class.ts";

const RMSPROP = `
rule keras-3/rmsprop
# keras.optimizers.RMSprop: src/optimizers/rmsprop.py, 3.15.1 (T. Tieleman, G. Hinton, 2012; centered: A. Graves, arXiv:1308.0850)
hyper  learning_rate = 0.001 scheduled   rho = 0.9   momentum = 0   epsilon = 1e-7   centered = false   weight_decay = null
       ${BASE}
${needsAndState("velocity = 0   momentums = 0 when momentum > 0   average_gradient = 0 when centered")}
${STEP}
${BEFORE}
       velocity = rho * velocity + (1 - rho) * (g * g)
       average_gradient = rho * average_gradient + (1 - rho) * g when centered
       spread = select(centered, velocity - average_gradient * average_gradient, velocity) + epsilon
       momentums = momentum * momentums + lr * g / sqrt(spread) when momentum > 0
       weight = ${DECAYED} - select(momentum > 0, momentums, lr * g / sqrt(spread))
       ${AFTER}
`;

const ADADELTA = `
rule keras-3/adadelta
# keras.optimizers.Adadelta: src/optimizers/adadelta.py, 3.15.1 (M. Zeiler, arXiv:1212.5701)
hyper  learning_rate = 0.001 scheduled   rho = 0.95   epsilon = 1e-7   weight_decay = null
       ${BASE}
${needsAndState("accumulated_grad = 0   accumulated_delta_var = 0")}
${STEP}
${BEFORE}
       accumulated_grad = rho * accumulated_grad + (1 - rho) * (g * g)
       delta = -(sqrt(accumulated_delta_var + epsilon) * g / sqrt(accumulated_grad + epsilon))
       accumulated_delta_var = rho * accumulated_delta_var + (1 - rho) * (delta * delta)
       weight = ${DECAYED} + lr * delta
       ${AFTER}
`;

const ADAGRAD = `
rule keras-3/adagrad
# keras.optimizers.Adagrad: src/optimizers/adagrad.py, 3.15.1 (J. Duchi et al., JMLR 12, 2011); epsilon is under the root
hyper  learning_rate = 0.001 scheduled   initial_accumulator_value = 0.1   epsilon = 1e-7   weight_decay = null
       ${BASE}
${needsAndState("squares_sum = initial_accumulator_value")}
${STEP}
${BEFORE}
       squares_sum = squares_sum + g * g
       weight = ${DECAYED} - lr * g / sqrt(squares_sum + epsilon)
       ${AFTER}
`;

const ADAFACTOR = `
rule keras-3/adafactor
# keras.optimizers.Adafactor: src/optimizers/adafactor.py, 3.15.1 (N. Shazeer, M. Stern, arXiv:1804.04235); relative_step changes nothing
hyper  learning_rate = 0.001 scheduled   beta_2_decay = -0.8   epsilon_1 = 1e-30   epsilon_2 = 0.001   clip_threshold = 1
       relative_step = true   weight_decay = null   ${BASE}
${needsAndState("r: row = 0 when rank >= 2   c: col = 0 when rank >= 2   velocity = 0 when not rank >= 2")}
${STEP}   rho = min(lr, f32(1 / f32(sqrt(n))))   b = f32(1 - powf(n, beta_2_decay))
${BEFORE}
       weight = ${DECAYED}
       r = b * r + (1 - b) * row_mean(g * g + epsilon_1) when rank >= 2
       c = b * c + (1 - b) * col_mean(g * g + epsilon_1) when rank >= 2
       velocity = b * velocity + (1 - b) * (g * g + epsilon_1) when not rank >= 2
       u = g / sqrt(select(rank >= 2, r / col_mean(r) * c, velocity))
       weight = weight - f32(max(f32(epsilon_2), f32(sqrt(f32(mean(weight * weight))))) * rho) * (u / max(1, f32(sqrt(f32(mean(u * u)))) / clip_threshold))
       ${AFTER}
`;

const FTRL = `
rule keras-3/ftrl
# keras.optimizers.Ftrl: src/optimizers/ftrl.py, 3.15.1 (H. B. McMahan et al., "Ad click prediction", KDD 2013)
hyper  learning_rate = 0.001 scheduled   learning_rate_power = -0.5 in (,0]   initial_accumulator_value = 0.1 in [0,)
       l1_regularization_strength = 0 in [0,)   l2_regularization_strength = 0 in [0,)
       l2_shrinkage_regularization_strength = 0 in [0,)   beta = 0   weight_decay = null   ${BASE}
${needsAndState("squares_sum = initial_accumulator_value   linear = 0")}
${STEP}   l2 = f32(f32(l2_regularization_strength) + f32(f32(beta) / f32(2 * lr)))
${BEFORE}
       weight = ${DECAYED}
       next = powf(squares_sum + g * g, -learning_rate_power)
       linear = linear + (g + 2 * l2_shrinkage_regularization_strength * weight - (next - powf(squares_sum, -learning_rate_power)) / lr * weight)
       weight = (clip(linear, l1_regularization_strength) - linear) / (next / lr + f32(2 * l2))
       squares_sum = squares_sum + g * g
       ${AFTER}
`;

/** One text for each rule. */
export const KERAS_SQUARES: readonly string[] = [RMSPROP, ADADELTA, ADAGRAD, ADAFACTOR, FTRL];
