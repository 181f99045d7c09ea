/**
 * rules: TensorFlow.js's optimizers. Source: tensorflow/tfjs 4.22.0, tfjs-core/src/optimizers. Every operation stores float32, numbers
 * of JavaScript included; `1 - beta1` and `-learningRate` are taken in JavaScript's own binary64 before that. `epsilon: null` is
 * the backend's: 1e-7, but for WebGL with 16-bit floats.
 */

const EPSILON = "eps = select(epsilon is null, 1e-7, epsilon)";

const SGD = `
rule tfjs-4/sgd
# tf.train.sgd: tfjs-core/src/optimizers/sgd_optimizer.ts, 4.22.0
hyper  learningRate scheduled
update weight = -learningRate * grad + weight
`;

const MOMENTUM = `
rule tfjs-4/momentum
# tf.train.momentum: tfjs-core/src/optimizers/momentum_optimizer.ts, 4.22.0 (I. Sutskever et al., ICML 2013)
hyper  learningRate scheduled   momentum   useNesterov = false
state  accumulation = 0
update accumulation = momentum * accumulation + grad
       move = accumulation
       move = grad + accumulation * momentum when useNesterov
       weight = -learningRate * move + weight
`;

const ADAGRAD = `
rule tfjs-4/adagrad
# tf.train.adagrad: tfjs-core/src/optimizers/adagrad_optimizer.ts, 4.22.0 (J. Duchi, E. Hazan, Y. Singer, JMLR 12, 2011)
# epsilon is the backend's and no argument
hyper  learningRate scheduled   initialAccumulatorValue = 0.1
state  accumulator = initialAccumulatorValue
update accumulator = accumulator + grad * grad
       weight = grad / sqrt(accumulator + 1e-7) * -learningRate + weight
`;

const ADADELTA = `
rule tfjs-4/adadelta
# tf.train.adadelta: tfjs-core/src/optimizers/adadelta_optimizer.ts, 4.22.0 (M. Zeiler, arXiv:1212.5701)
# the gradients' accumulator is the one before this update
hyper  learningRate = 0.001 scheduled   rho = 0.95   epsilon = null
state  accum_grad = 0   accum_var = 0
step   ${EPSILON}
update delta = sqrt(accum_var + eps) / sqrt(accum_grad + eps) * grad
       accum_grad = accum_grad * rho + grad * grad * (1 - rho)
       accum_var = accum_var * rho + delta * delta * (1 - rho)
       weight = delta * -learningRate + weight
`;

const ADAM = `
rule tfjs-4/adam
# tf.train.adam: tfjs-core/src/optimizers/adam_optimizer.ts, 4.22.0 (D. Kingma, J. Ba, arXiv:1412.6980)
# the powers of beta1 and beta2 are running products in float32, which go on once a step for all variables
hyper  learningRate = 0.001 scheduled   beta1 = 0.9   beta2 = 0.999   epsilon = null
state  m = 0   v = 0   power1: shared = f32(beta1)   power2: shared = f32(beta2)   turn: shared = 0
step   ${EPSILON}
       left1 = f32(1 - power1)   left2 = f32(1 - power2)
update here = total(1)
       m = m * beta1 + grad * (1 - beta1)
       v = v * beta2 + grad * grad * (1 - beta2)
       weight = m / left1 / (sqrt(v / left2) + eps) * -learningRate + weight
       last = turn + 1 == here
       power1 = select(last, f32(power1 * f32(beta1)), power1)
       power2 = select(last, f32(power2 * f32(beta2)), power2)
       turn = select(last, 0, turn + 1)
`;

const ADAMAX = `
rule tfjs-4/adamax
# tf.train.adamax: tfjs-core/src/optimizers/adamax_optimizer.ts, 4.22.0 (D. Kingma, J. Ba, arXiv:1412.6980, section 7.1)
# the power of beta1 and the count, both in float32, go on once a step for all variables
hyper  learningRate = 0.002 scheduled   beta1 = 0.9   beta2 = 0.999   epsilon = null   decay = 0
state  m = 0   v = 0   power1: shared = f32(beta1)   iteration: shared = 0   turn: shared = 0
step   ${EPSILON}
       slowed = f32(-f32(learningRate) / f32(f32(iteration * f32(decay)) + 1))
       scale = f32(slowed / f32(1 - power1))
update here = total(1)
       m = m * beta1 + grad * (1 - beta1)
       v = max(v * beta2, abs(grad))
       weight = scale * (m / (v + eps)) + weight
       last = turn + 1 == here
       power1 = select(last, f32(power1 * f32(beta1)), power1)
       iteration = select(last, f32(iteration + 1), iteration)
       turn = select(last, 0, turn + 1)
`;

const RMSPROP = `
rule tfjs-4/rmsprop
# tf.train.rmsprop: tfjs-core/src/optimizers/rmsprop_optimizer.ts, 4.22.0 (T. Tieleman, G. Hinton, 2012)
# centered takes epsilon away from the variance, and has no number where that is negative
hyper  learningRate scheduled   decay = 0.9   momentum = 0   epsilon = null   centered = false
state  rms = 0   mg = 0 when centered   moment = 0
step   ${EPSILON}
update rms = rms * decay + grad * grad * (1 - decay)
       mg = mg * decay + grad * (1 - decay) when centered
       spread = rms - (mg * mg + eps) when centered
       spread = rms + eps when not centered
       moment = moment * momentum + grad * learningRate / sqrt(spread)
       weight = weight - moment
`;

/** One text for each rule. */
export const TFJS_RULES: readonly string[] = [SGD, MOMENTUM, ADAGRAD, ADADELTA, ADAM, ADAMAX, RMSPROP];
