/** Conformance: where the rules of keras-3 and Keras 3.15.1 differ. */
export const KERAS = [
  {
    rule: "all",
    what: "`clipnorm` and `global_clipnorm` on jax, one operation at a time",
    far: "the last bits: 8e-9 of the movement; without them, all but adafactor, lamb and muon have the same bits",
    cause:
      "XLA adds squares up in binary32; the rules add in binary64, in an order of their own, and round once",
  },
  {
    rule: "adafactor lamb muon",
    what: "means, norms and matrix products",
    far: "4e-8 of the movement; muon mostly below 2e-6, in one case of some hundred 8.4e-5",
    cause:
      "as above: sums in binary32; Muon's iteration multiplies the smaller singular values, and with them the last bits, by up to muon_a in each turn",
  },
  {
    rule: "all",
    what: "the torch backend",
    far: "1.5e-7 of the movement (muon 1.3e-6), with all instructions of the processor 1.5e-6",
    cause:
      "weights decay by one factor `1 - weight_decay * lr`, and the first nine optimizers have forms of their own over lists of tensors, such as `beta_1 * m + (1 - beta_1) * g`; the rules have jax's forms",
  },
  {
    rule: "nadam schedulefreeadamw",
    what: "the torch backend",
    far: "none but the last bits with `backend: torch`; without, another algorithm in schedulefreeadamw",
    cause:
      "on torch ScheduleFreeAdamW's old momentum is the variable itself, which has been written by then; the hyperparameter `backend` says which is meant",
  },
  {
    rule: "all",
    what: "`use_ema`, for a parameter without gradient",
    far: "the average of SGD's third step in a case of three: 0.125 in Keras, 0 here",
    cause:
      "Keras moves the averages of all variables on in each call; a rule runs for parameters with a gradient",
  },
  {
    rule: "all",
    what: "`gradient_accumulation_steps`, a parameter without gradient in the call that makes the update",
    far: "none on jax; on torch what was gathered for it is lost",
    cause: "jax keeps that parameter's sums for the next update, as the rules do; torch sets all to 0",
  },
  {
    rule: "all",
    what: "`gradient_accumulation_steps`, after a gradient that is not finite",
    far: "NaN in all later updates on torch; none on jax",
    cause:
      "torch resets the sums by multiplying with 0, and infinity times 0 is NaN; jax and the rules write 0",
  },
  {
    rule: "all",
    what: "`ema_overwrite_frequency: 0`",
    far: "refused here",
    cause:
      "it stands for `null` on torch, and on jax overwrites the weights or not as a remainder by 0 comes out",
  },
  {
    rule: "all",
    what: "squares below 2^-126 on jax",
    far: "0 there, so that a division by such a root is infinite; none on torch",
    cause: "XLA on the CPU takes subnormal numbers for 0; the rules and torch keep them",
  },
  {
    rule: "all",
    what: "a step compiled by jax as a whole, with all instructions of the processor",
    far: "8.5e-7 of the movement; none but those above where it is compiled without them",
    cause: "XLA fuses multiplications with additions, and makes products of divisions by a constant",
  },
  {
    rule: "all schedules",
    what: "the same",
    far: "2.5 units in the last place of the greatest rate; at the end of a restart or of a stair (5 rates of 100,000) a whole step; polynomialdecay with a power of 0.5 ends 720 units higher",
    cause:
      "`step / decay_steps` becomes a product with the reciprocal, which at a whole number may be below it, or leave 2^-24 of `1 - p`; without that instruction set and simplifier all have the same bits",
  },
  {
    rule: "cosinedecay cosinedecayrestarts",
    what: "the torch backend",
    far: "within one unit in the last place of the greatest rate; none on jax",
    cause: "torch's cosine and power are not those of the C library, whose bits jax and the schedules have",
  },
  {
    rule: "lossscaleoptimizer multioptimizer",
    what: "wrappers of other optimizers",
    far: "refused, with what to write instead",
    cause:
      "they are no update rules; a fixed scale is `loss_scale_factor`, several optimizers are groups or specs",
  },
  {
    rule: "all",
    what: "the tensorflow backend, and dtypes below binary32",
    far: "not run",
    cause: "no environment here has it",
  },
];
