/** Conformance: where the rules of mxnet-1.0 to mxnet-2.0 and MXNet 1.0.0 to 2.0.0b1 differ. */
export const MXNET = [
  {
    rule: "lars, lamb, lans",
    what: "norms of whole tensors",
    far: "last bits in about a third of the cases; mostly below 1e-6 of the movement, but 6 of 5,500 cases of lamb and lans went over it, and one of them another way",
    cause:
      "MXNet adds squares up in binary32, one after the other or scaled; a rule adds them in binary64 and rounds once. With *wide* all cases of lars have the same bits; lamb and lans sum within their kernels, but for lamb of 1.6",
  },
  {
    rule: "lamb, lans",
    what: "a step that cancels the whole weight but for its rounding",
    far: "without bound, in about 1 case in 1,000",
    cause:
      "with a rate near 1, or a clip of 0 that leaves the decay alone, what is left of a weight is rounding, and the next step is scaled by its norm (or by 1 where it is 0). What then comes hangs on the last bit of a norm, in MXNet too",
  },
  {
    rule: "lamb of 1.6",
    what: "the corrected mean",
    far: "the last bit, where 1 - beta1^t is no binary32 number",
    cause:
      "its kernel writes `1.` where the next release writes `1`, and so divides in binary64; a rule rounds a scalar to binary32 before it meets a tensor. This is what is left of the difference with *wide*",
  },
  {
    rule: "groupadagrad",
    what: "the mean of a row",
    far: "up to 2e-7 of the movement; about one case in eight",
    cause:
      "MXNet adds a row up in binary32, with a correction (Kahan); a rule in binary64. With *wide* all cases have the same bits",
  },
  {
    rule: "lbsgd",
    what: "`warmup_strategy='lars'`",
    far: "up to 6e-10 of the movement; about one case in ten of all lbsgd's",
    cause:
      "NumPy adds the squares up in binary32, in pairs; a rule in binary64. With *wide* all cases have the same bits. Other strategies have the same bits as they are",
  },
  {
    rule: "polyscheduler, cosinescheduler",
    what: "the rate",
    far: "0, or the last bits where another C library is under Python",
    cause:
      "the language has the bits of glibc 2.28 and later on x86-64 with fused multiply-add (all the same there, 40 cases of each release); other C libraries, and processors without it, may end in the next bit",
  },
  {
    rule: "ftml, and lamb and lans of 1.7 on",
    what: "the C library's `powf`",
    far: "same bits",
    cause:
      "the kernels take powers of beta in binary32 from the library that they are linked with; `powf` in the rules has the bits of glibc's. Other C libraries may end in another bit",
  },
  {
    rule: "all of 1.5 and later",
    what: "hyperparameters with an exponent or a whole part, such as 9.487e-05 or 30.5578",
    far: "same bits",
    cause:
      "Python hands them to kernels as decimal text, and dmlc-core's parser rounds about a quarter of those below 1e-4 wrongly. The rules do the same (`dmlc_f32`), so that a converted optimizer goes on as it did; up to 1.4 the text is rounded right, and so it is here",
  },
  {
    rule: "lamb, lans of 2.0",
    what: "gradients whose squares are subnormal",
    far: "another step",
    cause:
      "the wheel of 2.0.0b1 counts subnormal numbers as zero, and then takes 1 in the place of a ratio of norms; a rule keeps them. Such gradients are not drawn for the two",
  },
  {
    rule: "sgld",
    what: "the noise",
    far: "not comparable",
    cause:
      "MXNet draws it from its library's own generator; a rule from a counter-based one, that gives every host the same. All else is compared, with the noise set to 0 in both",
  },
  {
    rule: "adamax",
    what: "a parameter whose first gradient has a zero",
    far: "NaN in both",
    cause: "the class divides 0 by 0, and so does the rule; such gradients are not drawn",
  },
  {
    rule: "dcasgd of 1.0 to 1.9",
    what: "a momentum other than 0",
    far: "MXNet raises at the first update",
    cause:
      "it asks an array for its truth (`truth value of an NDArray is ambiguous`); a pickle of it is refused with that reason",
  },
  {
    rule: "signum of 1.1 to 1.9",
    what: "`momentum=0` with a `wd_lh`",
    far: "MXNet raises at the first update",
    cause: "the kernel without momentum knows no `wd_lh`; a pickle of it is refused with that reason",
  },
  {
    rule: "sgld of 1.0 and 1.1, lbsgd of 1.2",
    what: "the class",
    far: "MXNet raises: at each update, in the constructor",
    cause:
      "SGLD hands its sampler a device for an element type, LBSGD's module never imports a name that it uses; there are no rules of these",
  },
  {
    rule: "polyscheduler, cosinescheduler of 1.4 and later",
    what: "`warmup_steps` equal to `max_update`",
    far: "MXNet raises at update `max_update`",
    cause:
      "it divides by their difference; a pickle that has not passed that update is refused with that reason",
  },
  {
    rule: "sgld",
    what: "a rate of 0",
    far: "MXNet raises at the update",
    cause:
      "its sampler takes no standard deviation of 0; a pickle with such a rate is refused with that reason",
  },
  {
    rule: "groupadagrad",
    what: "on a server",
    far: "MXNet raises at the first update",
    cause:
      "its servers keep dense arrays one-dimensional, and the class takes rows of a matrix; the cases run it on matrices without a server. The report of a conversion says so",
  },
  {
    rule: "sgld, dcasgd, adadelta, adamax, nadam, test of 2.0",
    what: "`use_fused_step=True`",
    far: "MXNet raises at the first update",
    cause: "they have no fused step; a pickle of it is refused with that reason",
  },
  {
    rule: "all",
    what: "arrays of 1,000,000 elements and more on several servers",
    far: "norms are those of shards in MXNet",
    cause: "its workers cut such arrays up; a rule looks at the whole. The report of a conversion says so",
  },
  {
    rule: "all",
    what: "GPUs, builds for ARM, float16 without a master copy, sparse gradients",
    far: "not run",
    cause: "only the wheels for x86-64 were run, on the processor, with dense binary32 arrays",
  },
  {
    rule: "all of 1.2",
    what: "the release",
    far: "not run",
    cause:
      "it loads in no Python from 3.8 on (a `yield` inside a list comprehension). Its rules are those of the releases beside it, whose sources were compared. The wheel of 2.0.0b1 is what was run of 2.0; of 1.1, 1.4 and 1.8 the classes that compute as another release's have fresh cases and no committed ones",
  },
];
