/**
 * Conformance, MXNet: where a case need not have the same bits, and why. All others must. In: a case of traces.py. Out: the cause,
 * or undefined. `--settings wide` shows that these are the causes: with such a sum in binary64 the real classes give optseal's bits.
 */

const NORMS = "a norm of a whole tensor, whose squares MXNet adds up in binary32";

const CAUSES = new Map([
  ["lars", () => NORMS],
  [
    "lamb",
    ({ release }) => (release === "1.6" ? `${NORMS}; a mean that its kernel divides in binary64` : NORMS),
  ],
  ["lans", () => NORMS],
  ["groupadagrad", () => "the mean of a row, which MXNet adds up in binary32"],
  [
    "lbsgd",
    ({ kwargs }) =>
      kwargs.includes("warmup_strategy='lars'")
        ? "the strategy lars, whose sum of squares NumPy adds up in binary32, in pairs"
        : undefined,
  ],
]);

/** The classes that are counted apart too. */
export const WITH_NORMS = ["lamb", "lars", "lans"];

/** Why this case may differ in its last bits; undefined where it may not. */
export const causeOf = (one) => CAUSES.get(one.optimizer)?.(one);
