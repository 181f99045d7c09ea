/**
 * rules: DeepSpeed's optimizers that run on CUDA. Source: DeepSpeed 0.19.6, deepspeed/ops/ and csrc/*.cu; all in binary32, each scalar
 * rounded to it as it is handed to the kernel. The configuration's optimizer types "Adam", "AdamW", "Lamb" and "Lion" mean these
 * where the optimizer is not offloaded. Each operation rounds by itself here; the kernels are compiled with
 * fused multiply-add, and add norms up in binary32 in an order of their own.
 */

const FUSED_ADAM = `
rule deepspeed-0.19/fusedadam
# deepspeed.ops.adam.FusedAdam: deepspeed/ops/adam/fused_adam.py and csrc/adam/multi_tensor_adam.cu, 0.19.6 (D. Kingma, J. Ba,
# arXiv:1412.6980; I. Loshchilov, F. Hutter, arXiv:1711.05101). The class counts a group's steps in its last parameter
hyper  lr = 0.001 scheduled   bias_correction = true   beta1 = 0.9 scheduled as momentum   beta2 = 0.999   eps = 1e-8
       adam_w_mode = true   weight_decay = 0
state  exp_avg = 0   exp_avg_sq = 0
step   b1 = f32(beta1)   b2 = f32(beta2)
       left1 = select(bias_correction, f32(1 - b1^t), 1)
       left2 = select(bias_correction, f32(1 - b2^t), 1)
update g = grad + weight_decay * weight when not adam_w_mode
       g = grad when adam_w_mode
       exp_avg = b1 * exp_avg + f32(1 - b1) * g
       exp_avg_sq = b2 * exp_avg_sq + f32(1 - b2) * g * g
       u = exp_avg / left1 / (sqrt(exp_avg_sq / left2) + eps)
       u = u + weight_decay * weight when adam_w_mode
       weight = weight - lr * u
`;

const FUSED_LAMB = `
rule deepspeed-0.19/fusedlamb
# deepspeed.ops.lamb.FusedLamb: deepspeed/ops/lamb/fused_lamb.py and csrc/lamb/fused_lamb_cuda_kernel.cu, 0.19.6 (Y. You et al.,
# arXiv:1904.00962). The moments are not corrected, the rate is; max_grad_norm works on norms that the engine never hands over
hyper  lr = 0.001 scheduled   bias_correction = true   beta1 = 0.9 scheduled as momentum   beta2 = 0.999   eps = 1e-8
       eps_inside_sqrt = false   weight_decay = 0   max_coeff = 10   min_coeff = 0.01
state  exp_avg = 0   exp_avg_sq = 0
step   b1 = f32(beta1)   b2 = f32(beta2)
       left1 = f32(1 - b1^t)   left2 = f32(1 - b2^t)
       corrected = f32(f32(f32(lr) * f32(sqrt(left2))) / left1)
       pace = select(bias_correction, corrected, f32(lr))
update exp_avg = b1 * exp_avg + f32(1 - b1) * grad
       exp_avg_sq = b2 * exp_avg_sq + f32(1 - b2) * grad * grad
       root = sqrt(exp_avg_sq + eps) when eps_inside_sqrt
       root = sqrt(exp_avg_sq) + eps when not eps_inside_sqrt
       u = exp_avg / root + weight_decay * weight
       of_weight = f32(norm(weight))   of_u = f32(norm(u))
       ratio = max(min(f32(of_weight / of_u), f32(max_coeff)), f32(min_coeff))
       weight = weight - f32(pace * select(of_weight != 0 and of_u != 0, ratio, 1)) * u
`;

const FUSED_LION = `
rule deepspeed-0.19/fusedlion
# deepspeed.ops.lion.FusedLion: deepspeed/ops/lion/fused_lion.py and csrc/lion/multi_tensor_lion.cu, 0.19.6 (X. Chen et al.,
# arXiv:2302.06675). Where the mean of gradient and momentum is 0 the weight goes up by lr
hyper  lr = 0.001 scheduled   beta1 = 0.9 scheduled as momentum   beta2 = 0.999   weight_decay = 0
state  exp_avg = 0
step   b1 = f32(beta1)   b2 = f32(beta2)
       kept = f32(1 - f32(f32(lr) * f32(weight_decay)))
update c = b1 * exp_avg + f32(1 - b1) * grad
       weight = weight * kept + select(c > 0, -lr, lr)
       exp_avg = b2 * exp_avg + f32(1 - b2) * grad
`;

/** One text for each rule. */
export const FUSED_RULES: readonly string[] = [FUSED_ADAM, FUSED_LAMB, FUSED_LION];
