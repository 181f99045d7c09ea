/** Conformance: where the rules of deepspeed-0.19 and DeepSpeed 0.19.6 differ. */
export const DEEPSPEED = [
  {
    rule: "fusedadam fusedlamb fusedlion",
    what: "the real kernels",
    far: "not run",
    cause:
      "they need a graphics processor; what is compared is `conformance/deepspeed/float32_kernels.py`, written anew from their source. The real ones are compiled with fused multiply-add",
  },
  {
    rule: "fusedlamb",
    what: "norms",
    far: "the last bit of 3 % of the weights",
    cause: "the kernel adds squares up in binary32, in halves of a block; the language in binary64",
  },
  {
    rule: "deepspeedcpuadam deepspeedcpuadagrad deepspeedcpulion",
    what: "DeepSpeed's own build, with the processor's vector instructions",
    far: "0 as built here, without them; deepspeedcpuadam with them: 2.8e-8, 65 % have the same bits. The other two were not measured",
    cause: "it fuses multiplications with additions, which then round once",
  },
  {
    rule: "warmuplr warmupdecaylr warmupcosinelr",
    what: "`warmup_type: log`",
    far: "0, or the last bits where another C library is under Python",
    cause:
      "the language has the bits of glibc 2.28 and later on x86-64 with fused multiply-add (all the same there, 30 cases of each); other C libraries, and processors without it, may end in the next bit",
  },
  {
    rule: "onecycle",
    what: "the second beta",
    far: "0.99 in DeepSpeed",
    cause: "the class overwrites it; a schedule drives the first alone: set `beta2: 0.99`",
  },
];
