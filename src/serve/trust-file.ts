/**
 * serve: the trust document of a file that may change. In: how to read the file. Out: the document in force. A new one takes
 * over between two requests and as a whole; one that does not hold, or is older, changes nothing and is told.
 */
import type { Trust } from "../index.ts";
import { readTrust, StageError } from "../index.ts";

export interface TrustSource {
  /** The file's bytes, whole. */
  read(): Promise<Uint8Array>;
  /** Seconds since 1970. */
  now(): number;
}

/** How a look at the file ended. */
export type Look = "same" | "replaced" | "kept";

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

function problemOf(error: unknown): string {
  if (error instanceof StageError) return error.code;
  return error instanceof Error && "code" in error ? String(error.code) : "unreadable";
}

/** A trust document and the file that it is from. */
export class TrustFile {
  readonly #source: TrustSource;
  #bytes: Uint8Array;
  #trust: Trust;
  #problem: string | undefined;

  private constructor(source: TrustSource, bytes: Uint8Array, trust: Trust) {
    this.#source = source;
    this.#bytes = bytes;
    this.#trust = trust;
  }

  /** @throws what reading throws; EnvelopeError, CodecError, TrustError for a document that does not hold */
  static async load(source: TrustSource): Promise<TrustFile> {
    const bytes = await source.read();
    return new TrustFile(source, bytes, await readTrust(bytes, { now: source.now() }));
  }

  /** The document in force. */
  get trust(): Trust {
    return this.#trust;
  }

  /** Why the file as it stands now is not the document in force. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Looks at the file again. Never rejects. */
  async look(): Promise<Look> {
    try {
      const bytes = await this.#source.read();
      const isNew = !sameBytes(bytes, this.#bytes);
      if (isNew) this.#replace(bytes, await readTrust(bytes, { now: this.#source.now() }));
      this.#problem = undefined;
      return isNew ? "replaced" : "same";
    } catch (error) {
      this.#problem = problemOf(error);
      return "kept";
    }
  }

  #replace(bytes: Uint8Array, trust: Trust): void {
    const [before, after] = [this.#trust.document.version, trust.document.version];
    // An older document would give revoked keys back: whoever wants that starts the server with it.
    const isOlder = after < before || (after === before && trust.digest !== this.#trust.digest);
    if (isOlder) throw Object.assign(new Error("an older trust document"), { code: "older-version" });
    this.#bytes = bytes;
    this.#trust = trust;
  }
}
