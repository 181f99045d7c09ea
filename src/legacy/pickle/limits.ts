/** legacy: how large a pickle may be. Each number is an option of the reader; these are the defaults and their reasons. */

export interface PickleLimits {
  /** Bytes of the file. A resume file of optimizer state may be large; a `set_optimizer` pickle takes under 1 KB. */
  readonly bytes: number;
  /** Facts made. One takes about 100 bytes, so the default bounds them by some 400 MB. */
  readonly facts: number;
  /** Globals asked for. A pickler asks for each class once; torch's largest models ask for a few dozen. */
  readonly globals: number;
  /** Values and marks that wait on the stack at one time. */
  readonly stack: number;
  /** Highest memo index plus one; CPython's picklers number memo entries in order. */
  readonly memo: number;
  /** Nesting of the result. CPython's own pickler gives up at about 1000. */
  readonly depth: number;
  /** Nodes of the result written out as a tree, every shared value counted at each place that refers to it. */
  readonly tree: number;
  /** Bytes of one binary integer. */
  readonly integer: number;
  /** Bytes of one line of the text opcodes. */
  readonly line: number;
}

export const PICKLE_LIMITS: PickleLimits = Object.freeze({
  bytes: 64 << 20,
  facts: 1 << 22,
  globals: 1 << 14,
  stack: 1 << 22,
  memo: 1 << 22,
  depth: 1000,
  tree: 1 << 24,
  integer: 1 << 12,
  line: 64 << 20,
});
