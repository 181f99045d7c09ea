/** A process that answers lines, as workers/protocol.mjs says. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const TOLD = 2000;

/** @returns {{ ask(line: string): Promise<string>, end(): void }} `ask` rejects with its last words where it has ended */
export function startWorker({ command, args, more = [] }, threads) {
  const child = spawn(command, [...args, String(threads), ...more], { stdio: "pipe" });
  let told = "";
  let waiting;
  let gone;
  child.stderr.on("data", (text) => {
    told = (told + text).slice(-TOLD);
  });
  createInterface({ input: child.stdout }).on("line", (line) => waiting?.resolve(line));
  child.stdin.on("error", () => {});
  const onEnd = (why) => {
    const lines = told.trim().split("\n");
    gone = new Error(
      lines.findLast((line) => /^\w*Error\b/.test(line)) ?? `${command} ended: ${why}, ${lines.at(-1)}`,
    );
    waiting?.reject(gone);
  };
  child.on("error", ({ message }) => onEnd(message));
  child.on("close", (code, signal) => onEnd(signal ?? code));
  return {
    async ask(line) {
      if (gone !== undefined) throw gone;
      try {
        return await new Promise((resolve, reject) => {
          waiting = { resolve, reject };
          child.stdin.write(`${line}\n`);
        });
      } finally {
        waiting = undefined;
      }
    },
    end: () => child.stdin.end(),
  };
}
