/** base: what a file is known by. */
import type { Digest } from "./digest.ts";

export interface FileFacts {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** SHA-256 of all of them. */
  readonly digest: Digest;
}
