/** cli: the process as commands see it, so that a test can hand in another. */

/** Standard output or standard error. */
export interface Sink {
  readonly isTTY: boolean;
  /** Characters in a line of the terminal; `undefined` where there is none. */
  readonly columns: number | undefined;
  write(chunk: string | Uint8Array): Promise<void>;
}

export interface Io {
  /** The folder that relative paths start from. */
  readonly cwd: string;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  env(name: string): string | undefined;
  /** Seconds since 1970-01-01 UTC. */
  now(): number;
  /** Resolves when the process is asked to end. From the first call on, that is the caller's to do. */
  interrupted(): Promise<void>;
}

/** What a command returns: an exit code, or nothing for 0. */
export type Outcome = number | undefined;
