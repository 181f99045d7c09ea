/** base: how large a document may be. Each number is an option somewhere; these are the defaults and their reasons. */

export interface Limits {
  /** Bytes of an encoded document. A spec with a group for each of BERT-large's 398 tensors takes 30 KB. */
  readonly bytes: number;
  /** Nesting of maps and arrays. The deepest built-in rule nests 14 deep. */
  readonly depth: number;
  /**
   * Maps, arrays, keys, strings, numbers and the like, all counted. A spec with 398 groups takes about 6,000; a document of
   * nothing but empty maps, at this limit, is held to less than 64 MB of memory.
   */
  readonly nodes: number;
}

export const DEFAULT_LIMITS: Limits = Object.freeze({ bytes: 1 << 20, depth: 64, nodes: 1 << 15 });
