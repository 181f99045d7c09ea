/** run: what a helper thread is told when it starts. */

/** Its one message. */
export interface Task {
  /** The integers by which threads share work, as in `team`. */
  readonly control: Int32Array;
  /** Its number, and how many threads there are at the most, the caller's included. */
  readonly self: number;
  readonly threads: number;
  readonly module: WebAssembly.Module;
  readonly memories: readonly WebAssembly.Memory[];
  /** The functions that go over ranges, in the order of their numbers. */
  readonly names: readonly string[];
}
