/** Conformance: where the rules of tfjs-4 and TensorFlow.js 4.22.0 differ. */
export const TFJS = [
  {
    rule: "all",
    what: "`applyGradients` with an object that leaves out a variable",
    far: "TensorFlow.js uses another variable's state: a momentum of 1 where its own is 100; where shapes differ it throws",
    cause:
      "it finds state by position in the list of gradients; the rules keep it by parameter, as TensorFlow.js does where it is handed the list of all variables (`minimize` with `varList`)",
  },
  {
    rule: "all",
    what: "a rate that the program sets in each step, as a schedule, where variables miss steps",
    far: "up to 0.97 of the movement (38 of 700 cases)",
    cause:
      "a spec's schedule counts the updates of the parameter that has had the most, as a server sees them; the program counts calls",
  },
  {
    rule: "adam",
    what: "`setWeights` (a saved model that is loaded again)",
    far: "249 of the first 300 powers of 0.999, and 1 less the power by up to 2.0e-5 of itself",
    cause:
      "TensorFlow.js then takes the powers of beta1 and beta2 from `pow`, and goes on with running products; here a restart goes on to the same bits",
  },
  {
    rule: "momentum",
    what: "`setMomentum`",
    far: "no effect in TensorFlow.js",
    cause: "it changes the field that `getConfig` shows and not the tensor that is multiplied with",
  },
  {
    rule: "rmsprop",
    what: "`centered: true` where the variance is below epsilon, as after a zero gradient",
    far: "NaN in both",
    cause: "TensorFlow.js takes epsilon away in the root, and so does the rule",
  },
  {
    rule: "all",
    what: "`epsilon: null`, and adagrad's, on WebGL with 16-bit floats",
    far: "not run",
    cause: "the backend's own epsilon is 1e-4 there; on all others it is 1e-7, as here",
  },
  {
    rule: "all",
    what: "WebGL, WebGPU and WebAssembly backends",
    far: "not run",
    cause: "graphics processors round divisions and roots as they like",
  },
];
