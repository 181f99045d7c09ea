/**
 * rules: DeepSpeed's optimizers that run on the CPU. Source: DeepSpeed 0.19.6, deepspeed/ops/ and csrc/; all in binary32, each
 * scalar rounded to it as it is handed to C++. The configuration's optimizer types "Adam", "AdamW", "Adagrad" and "Lion" mean
 * these where the optimizer is offloaded. Each operation rounds by itself here; compiled for a processor that
 * has fused multiply-add, the source rounds some sums of products once.
 */

const CPU_ADAM = `
rule deepspeed-0.19/deepspeedcpuadam
# deepspeed.ops.adam.DeepSpeedCPUAdam: deepspeed/ops/adam/cpu_adam.py and csrc/adam/cpu_adam_impl.cpp, 0.19.6 (D. Kingma, J. Ba,
# arXiv:1412.6980; I. Loshchilov, F. Hutter, arXiv:1711.05101). The powers are one optimizer's: products that go on from
# step to step, taken anew where the betas are others, or a parameter's count is not the next
hyper  lr = 0.001 scheduled   bias_correction = true   beta1 = 0.9 scheduled as momentum   beta2 = 0.999   eps = 1e-8
       weight_decay = 0   adamw_mode = true
state  exp_avg = 0   exp_avg_sq = 0   counted: shared = 0   power1: shared = 1   power2: shared = 1
       last1: shared = f32(beta1)   last2: shared = f32(beta2)
step   b1 = f32(beta1)   b2 = f32(beta2)
       anew = b1 != last1 or b2 != last2 or t != counted and t != counted + 1
       power1 = select(anew, f32(b1^t), select(t == counted, power1, f32(power1 * b1)))
       power2 = select(anew, f32(b2^t), select(t == counted, power2, f32(power2 * b2)))
       counted = t   last1 = b1   last2 = b2
       left1 = select(bias_correction, f32(1 - power1), 1)
       left2 = select(bias_correction, f32(1 / f32(sqrt(f32(1 - power2)))), 1)
update g = grad + weight * weight_decay when weight_decay > 0 and not adamw_mode
       g = grad when weight_decay <= 0 or adamw_mode
       exp_avg = g * f32(1 - b1) + exp_avg * b1
       exp_avg_sq = g * g * f32(1 - b2) + exp_avg_sq * b2
       u = exp_avg / (sqrt(exp_avg_sq) * left2 + eps)
       weight = weight + f32(f32(-lr) * f32(weight_decay)) * weight when weight_decay > 0 and adamw_mode
       weight = u * f32(f32(-lr) / left1) + weight
`;

const CPU_ADAGRAD = `
rule deepspeed-0.19/deepspeedcpuadagrad
# deepspeed.ops.adagrad.DeepSpeedCPUAdagrad: deepspeed/ops/adagrad/cpu_adagrad.py and csrc/adagrad/cpu_adagrad.cpp, 0.19.6 (J. Duchi,
# E. Hazan, Y. Singer, JMLR 12, 2011). The decay is in the squares, not in the gradient that is divided by their root
hyper  lr = 0.01 scheduled   eps = 1e-10   weight_decay = 0
state  exp_avg_sq = 0
update g = weight * weight_decay + grad when weight_decay > 0
       g = grad when weight_decay <= 0
       exp_avg_sq = exp_avg_sq + g * g
       weight = grad / (sqrt(exp_avg_sq) + eps) * -lr + weight
`;

const CPU_LION = `
rule deepspeed-0.19/deepspeedcpulion
# deepspeed.ops.lion.DeepSpeedCPULion: deepspeed/ops/lion/cpu_lion.py and csrc/lion/cpu_lion_impl.cpp, 0.19.6 (X. Chen et al.,
# arXiv:2302.06675). Where the mean of gradient and momentum is 0 the weight goes down by lr
hyper  lr = 0.001 scheduled   beta1 = 0.9 scheduled as momentum   beta2 = 0.999   weight_decay = 0
state  exp_avg = 0
step   b1 = f32(beta1)   b2 = f32(beta2)
       kept = f32(1 - f32(f32(lr) * f32(weight_decay)))
update c = grad * f32(1 - b1) + exp_avg * b1
       weight = weight * kept when weight_decay > 0
       weight = weight + select(c < 0, lr, -lr)
       exp_avg = grad * f32(1 - b2) + exp_avg * b2
`;

/** One text for each rule. */
export const CPU_RULES: readonly string[] = [CPU_ADAM, CPU_ADAGRAD, CPU_LION];
