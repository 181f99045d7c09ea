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
    far: "1.2 ulp of the greatest rate; 99.86 % have the same bits",
    cause: "the last bit of the C library's `pow` is not fixed by any standard",
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
