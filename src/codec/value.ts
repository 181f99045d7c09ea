/** codec: what a document can hold. */

/** A value that holds no others; integers and binary64 are both `number`. */
export type Leaf = null | boolean | number | string | Uint8Array;

/**
 * A document. Where it was decoded, maps are objects without a prototype, whose keys are whatever text the document has:
 * `__proto__` and `constructor` are keys like any other.
 */
export type Value = Leaf | readonly Value[] | { readonly [key: string]: Value };
