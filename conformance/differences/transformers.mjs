/** Conformance: where the rules of transformers-5 and transformers 5.18.0 differ. */
export const TRANSFORMERS = [
  {
    rule: "adafactor",
    what: "all parameters",
    far: "8.0e-9; 87 % have the same bits",
    cause:
      "the source adds its norms and means up in binary32; the language in binary64. With the source's taken in binary64, all bits are the same (60 cases)",
  },
  {
    rule: "get_polynomial_decay_schedule_with_warmup",
    what: "`power` other than 1",
    far: "0, or the last bits where another C library is under Python",
    cause:
      "the language has the bits of glibc 2.28 and later on x86-64 with fused multiply-add (all the same there, 40 cases); other C libraries, and processors without it, may end in the next bit",
  },
  {
    rule: "get_polynomial_decay_schedule_with_warmup get_cosine_with_min_lr_schedule_with_warmup",
    what: "`lr_end` and `min_lr` where groups have rates of their own",
    far: "another bound in those groups",
    cause: "the source divides by the optimizer's default rate, the text by the group's",
  },
  {
    rule: "get_wsd_schedule",
    what: '`warmup_type` and `decay_type` "1-sqrt"',
    far: "written `one_minus_sqrt`",
    cause: "a choice is a word in the language",
  },
];
