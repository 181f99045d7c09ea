/** Conformance: where the rules from papers and the papers, written out in NumPy, differ. */
export const ARXIV = [
  {
    rule: "prodigy",
    what: "a step in which no element has had a gradient yet",
    far: "none: d stays",
    cause: "the paper divides 0 by 0 there; rule and NumPy both keep d",
  },
];
