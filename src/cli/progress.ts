/** cli: a line that tells how far a long run has come. */
import type { Io } from "./io.ts";

export interface Progress {
  /** So many are done. */
  at(done: number): Promise<void>;
  /** Takes the line away. */
  end(): Promise<void>;
}

/** Seconds before it is shown, and between two changes of it. */
const PATIENCE = 2;
const PAUSE = 0.1;
const WIDTH = 30;

/** Only on a terminal, and only for what takes longer than two seconds. */
export function progress({ stderr, now }: Io, total: number, unit = "updates"): Progress {
  const start = now();
  let shown = start + PATIENCE - PAUSE;
  let isShown = false;
  return {
    async at(done) {
      if (!stderr.isTTY || now() < shown + PAUSE) return;
      shown = now();
      isShown = true;
      const full = Math.round((done / total) * WIDTH);
      const bar = "█".repeat(full).padEnd(WIDTH, "░");
      const left = done === 0 ? "" : `, ${Math.ceil(((shown - start) / done) * (total - done))} s left`;
      await stderr.write(`\r${bar} ${done} of ${total} ${unit}${left}   `);
    },
    async end() {
      if (isShown) await stderr.write(`\r${" ".repeat(78)}\r`);
    },
  };
}
