/** Conformance: where the rules of optax-0.2 and optax 0.2.8 on JAX 0.10.2 differ. Measured on XLA's CPU backend. */
export const OPTAX = [
  {
    rule: "adafactor dadapt_adamw dog dowg fromage lamb lars muon novograd prodigy",
    what: "sums, norms and matrix products",
    far: "up to 8.6e-7 of the movement (muon; Keras' came to 8.4e-5 once), 6e-8 in the others",
    cause:
      "XLA adds in binary32, in an order that depends on the shape and the processor; here they are added in binary64",
  },
  {
    rule: "madgrad",
    what: "the cube root",
    far: "1 ulp of the root, in 14 % of numbers",
    cause:
      "XLA takes `cbrtf` of the C library (glibc 2.36 here), which is not rounded correctly; a rule takes a power and one step of Newton's method",
  },
  {
    rule: "all that divide",
    what: "*jit*: the step compiled as a whole",
    far: "up to 8.5e-8 of the movement",
    cause:
      "XLA multiplies by the reciprocal of a bias correction where optax divides by it, and by `rsqrt` where optax divides by a root; the texts keep the order as optax writes it",
  },
  {
    rule: "all",
    what: "*native* and *native-jit*: all instructions of the processor",
    far: "up to 1.3e-6 of the movement (simplified_ademamix), 1.3e-7 in the others",
    cause: "XLA fuses multiplications with additions, and approximates `1 / sqrt(x)`",
  },
  {
    rule: "adafactor adam adamw adopt amsgrad lion nadam nadamw optimistic_adam optimistic_adam_v2 sgd signum",
    what: "a slot in bfloat16, with each operation run by itself",
    far: "up to 6.9e-3 of the movement; in a jitted step 5.7e-8 (adafactor), below 1e-8 in the others",
    cause:
      "an operation by itself rounds the product of slot and factor to bfloat16 before it is added; a jitted step does not (`xla_allow_excess_precision`), and the texts follow that",
  },
  {
    rule: "radam prodigy dadapt_adamw",
    what: "each operation run by itself",
    far: "5.8e-5, 2.9e-6 and 5.5e-6 of the movement; in a jitted step below 1e-7",
    cause:
      "the power of a beta to an integer count is another function in a jitted step, and the texts follow that",
  },
  {
    rule: "noisy_sgd",
    what: "`eta` above 0",
    far: "other noise of the same deviation",
    cause: "JAX's stream of random bits is not repeated",
  },
  {
    rule: "adafactor",
    what: "three dimensions or more, where the two largest are not the last two",
    far: "refused",
    cause: "optax factors over the two largest; a rule has factors of the last two alone",
  },
  {
    rule: "sm3",
    what: "numbers, and three dimensions or more",
    far: "refused",
    cause:
      "a slot of the language holds one value for each row or column, and optax then has one for each index of each dimension",
  },
];
