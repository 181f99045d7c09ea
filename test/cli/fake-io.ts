/** A process for commands to run in: a folder, captured streams, a clock that stands still. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Io, Sink } from "../../src/cli/io.ts";
import { main } from "../../src/cli/main.ts";

/** 2027-01-15T08:00:00Z. */
export const NOW = 1_800_000_000;

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stdoutBytes: Uint8Array;
  readonly stderr: string;
}

export interface Setting {
  readonly stdin?: Uint8Array | AsyncIterable<Uint8Array>;
  readonly isTTY?: boolean;
  readonly now?: number | (() => number);
  readonly env?: ReadonlyMap<string, string>;
  /** When the process is asked to end: never, unless it is said. */
  readonly interrupted?: Promise<void>;
}

function capture(isTTY: boolean): Sink & { readonly chunks: Uint8Array[] } {
  const chunks: Uint8Array[] = [];
  return {
    chunks,
    isTTY,
    columns: isTTY ? 80 : undefined,
    async write(chunk) {
      chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : new Uint8Array(chunk));
    },
  };
}

async function* once(bytes: Uint8Array) {
  yield bytes;
}

/** Runs a command line in a folder. */
export async function optseal(cwd: string, argv: readonly string[], setting: Setting = {}): Promise<Ran> {
  const { stdin = new Uint8Array(0), isTTY = false, now = NOW, env } = setting;
  const [stdout, stderr] = [capture(isTTY), capture(isTTY)];
  const io: Io = {
    cwd,
    stdin: stdin instanceof Uint8Array ? once(stdin) : stdin,
    stdout,
    stderr,
    env: (name) => env?.get(name),
    now: typeof now === "number" ? () => now : now,
    interrupted: () => setting.interrupted ?? new Promise(() => undefined),
  };
  const exitCode = await main(argv, io);
  const stdoutBytes = Buffer.concat(stdout.chunks);
  return {
    exitCode,
    stdoutBytes,
    stdout: stdoutBytes.toString(),
    stderr: Buffer.concat(stderr.chunks).toString(),
  };
}

/** A new folder, and how to take it away. */
export function temporaryFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "optseal-cli-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
