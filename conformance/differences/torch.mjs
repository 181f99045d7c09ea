/** Conformance: where the rules of torch-2.13 and PyTorch 2.13.0 differ. Errors are of all fresh cases so far. */
export const TORCH = [
  {
    rule: "adafactor",
    what: "parameters of any shape",
    far: "2.9e-7",
    cause:
      "PyTorch adds the squares of its norms up in binary32, some at once; the language in binary64. With PyTorch's norms and means taken in binary64, all bits are the same (120 cases)",
  },
  {
    rule: "muon",
    what: "matrices of more than 15 elements",
    far: "5.3e-3; 94 % have the same bits",
    cause:
      "PyTorch adds products up in binary32 in an order of its own, and then rounds to bfloat16, whose last bit is 1/256. With its products taken in binary64, all bits are the same (120 cases)",
  },
  {
    rule: "adadelta adafactor adagrad adam nadam rmsprop sparseadam",
    what: "setting *sqrt*: `MKL_VML_DEBUG_CPU_TYPE` is not set",
    far: "the last bit of 1 % of the weights, 7.5e-9",
    cause: "PyTorch's square root is MKL's, whose last bit depends on the processor",
  },
  {
    rule: "asgd nadam radam",
    what: "setting *foreach*, PyTorch's default on a graphics processor alone",
    far: "1.4e-7",
    cause:
      "it groups operations otherwise: asgd takes eta (grad + lambd weight) at once, nadam divides roots and not squares, radam joins its factors to one",
  },
  {
    rule: "all but rprop and muon",
    what: "setting *native*, what a user's process does where nothing is set",
    far: "1.6e-7 in most; 2.1e-5 in adam, 1.6e-5 in nadam, 8.4e-5 in rmsprop, where two numbers nearly cancel",
    cause:
      "the AVX2 and AVX-512 kernels fuse a multiplication and an addition, which then round once. Where `grad + weight_decay * weight` or `square_avg - grad_avg^2` nearly vanishes, the last bit is a large part of what is left",
  },
  {
    rule: "muon",
    what: "setting *native*",
    far: "5.4e-3; 57 % have the same bits",
    cause: "as in large matrices; each product fuses too",
  },
  {
    rule: "adam adamw adagrad sgd",
    what: "`fused: true`",
    far: "0 without AVX2; with it as *native*: 5.8e-8 in most",
    cause: "the fused kernels compute in the same order; only the fused multiply-add differs",
  },
  {
    rule: "polynomiallr cycliclr",
    what: "`power`; `mode: exp_range`",
    far: "0, or the last bits where another C library is under Python",
    cause:
      "the language has the bits of glibc 2.28 and later on x86-64 with fused multiply-add (all the same there, 40 cases); other C libraries, and processors without it, may end in the next bit",
  },
  {
    rule: "sparseadam",
    what: "sparse gradients that leave rows out",
    far: "other rows stay as they are in PyTorch",
    cause: "a gradient is dense here: a row without one has zeros, and its moments go on",
  },
  {
    rule: "onecyclelr",
    what: "steps beyond `total_steps`",
    far: "PyTorch raises",
    cause: "a server cannot stop the run for it: the last rate is held",
  },
];
