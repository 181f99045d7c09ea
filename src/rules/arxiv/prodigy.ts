/**
 * rules: Prodigy, from its paper: Adam's step at a rate that is found on the way. docs/writing-a-rule.md tells how this file
 * came about. Source: K. Mishchenko, A. Defazio, "Prodigy: an expeditiously adaptive parameter-free learner",
 * arXiv:2306.06101, the algorithm's version for Adam.
 */

const PRODIGY = `
rule arxiv-2306.06101/prodigy
# Prodigy: the version for Adam (K. Mishchenko, A. Defazio, arXiv:2306.06101); r and the length of s are sums over all parameters
hyper  gamma = 1 in [0,) scheduled   d0 = 1e-6 in (0,)   beta1 = 0.9 in [0,1)   beta2 = 0.999 in [0,1)   epsilon = 1e-8 in (0,)
state  m = 0   v = 0   s = 0   x0 = weight   r: scalar = 0   d: scalar = d0
step   beta3 = sqrt(beta2)
       gain = (1 - beta3) * gamma * d^2
update along = total(sum(grad * (x0 - weight)))
       m = beta1 * m + (1 - beta1) * d * grad
       v = beta2 * v + (1 - beta2) * d^2 * (grad * grad)
       r = beta3 * r + gain * along
       s = beta3 * s + gain * grad
       length = total(sum(abs(s)))
       weight = weight - gamma * d * m / (sqrt(v) + d * epsilon)
       d = max(d, r / length)
`;

/** One text for each rule. */
export const PRODIGY_RULES: readonly string[] = [PRODIGY];
