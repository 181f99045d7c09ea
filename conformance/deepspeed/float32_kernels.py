"""Conformance, DeepSpeed: what the source of its CUDA kernels says, written anew in binary32 NumPy.

This is NOT DeepSpeed: its kernels need a GPU. In: a weight, a gradient, a parameter's state, and the arguments under
optseal's names. Out: the new weight. Source: DeepSpeed 0.19.6, csrc/adam/multi_tensor_adam.cu, csrc/lamb/fused_lamb_cuda_kernel.cu and
csrc/lion/multi_tensor_lion.cu. Each operation rounds by itself, where a GPU fuses some multiplications with additions.
"""

import numpy as np

F = np.float32


def moments(state, like):
    """The two moments of a parameter, zeros at first, and its count with this update."""
    state.setdefault("m", np.zeros_like(like))
    state.setdefault("v", np.zeros_like(like))
    state["count"] = state.get("count", 0) + 1
    return state["m"], state["v"], state["count"]


def left(beta, count):
    """1 - beta^count, the power in double and the difference in single precision, as the host code has it."""
    return F(1 - float(F(beta)) ** count)


def adam(weight, grad, state, lr=1e-3, bias_correction=True, beta1=0.9, beta2=0.999, eps=1e-8, adam_w_mode=True, weight_decay=0.0):
    m, v, count = moments(state, weight)
    b1, b2, decay = F(beta1), F(beta2), F(weight_decay)
    left1, left2 = (left(beta1, count), left(beta2, count)) if bias_correction else (F(1), F(1))
    if not adam_w_mode:
        grad = grad + decay * weight
    m = b1 * m + (F(1) - b1) * grad
    v = b2 * v + (F(1) - b2) * grad * grad
    update = (m / left1) / (np.sqrt(v / left2) + F(eps))
    if adam_w_mode:
        update = update + decay * weight
    state["m"], state["v"] = m, v
    return weight - F(lr) * update


def length(array):
    """The 2-norm, its squares added in binary32 in halves, as threads of a block do it."""
    squares = np.zeros(512, F)
    squares[: array.size] = (array * array).ravel()
    while squares.size > 1:
        half = squares.size // 2
        squares = squares[:half] + squares[half:]
    return np.sqrt(squares[0])


def lamb(weight, grad, state, lr=1e-3, bias_correction=True, beta1=0.9, beta2=0.999, eps=1e-8, eps_inside_sqrt=False,
         weight_decay=0.0, max_coeff=10.0, min_coeff=0.01):
    m, v, count = moments(state, weight)
    b1, b2 = F(beta1), F(beta2)
    step_size = F(lr) * np.sqrt(left(beta2, count)) / left(beta1, count) if bias_correction else F(lr)
    m = b1 * m + (F(1) - b1) * grad
    v = b2 * v + (F(1) - b2) * grad * grad
    root = np.sqrt(v + F(eps)) if eps_inside_sqrt else np.sqrt(v) + F(eps)
    update = m / root + F(weight_decay) * weight
    of_weight, of_update = length(weight), length(update)
    coefficient = F(1)
    if of_weight != 0 and of_update != 0:
        coefficient = of_weight / of_update
        if coefficient > F(max_coeff):
            coefficient = F(max_coeff)
        if coefficient < F(min_coeff):
            coefficient = F(min_coeff)
    state["m"], state["v"] = m, v
    return weight - step_size * coefficient * update


def lion(weight, grad, state, lr=1e-3, beta1=0.9, beta2=0.999, weight_decay=0.0):
    m, _, _ = moments(state, weight)
    b1, b2 = F(beta1), F(beta2)
    direction = b1 * m + (F(1) - b1) * grad
    update = np.where(direction > 0, -F(lr), F(lr))
    state["m"] = b2 * m + (F(1) - b2) * grad
    return weight * (F(1) - F(lr) * F(weight_decay)) + update


KERNELS = {"fusedadam": adam, "fusedlamb": lamb, "fusedlion": lion}
