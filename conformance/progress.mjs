/** Conformance: a bar on stderr for what takes longer than two seconds; nothing where stderr is no terminal. */

const WIDTH = 30;
const QUIET_MS = 2000;
const EVERY_MS = 500;

/** @returns {{ at(done: number): void, end(): void }} says how far it is; must be ended */
export function startProgress(what, total) {
  const started = Date.now();
  let [done, shown, drawn] = [0, false, started];
  const draw = () => {
    drawn = Date.now();
    const elapsed = drawn - started;
    if (!process.stderr.isTTY || elapsed < QUIET_MS) return;
    const most = Math.max(total, done, 1);
    const bar = "#".repeat(Math.round((WIDTH * done) / most)).padEnd(WIDTH, ".");
    process.stderr.write(`\r${what} [${bar}] ${done}/${most}, ${Math.round(elapsed / 1000)} s`);
    shown = true;
  };
  const timer = setInterval(draw, EVERY_MS);
  return {
    at(now) {
      done = now;
      // Work that never waits lets no timer run.
      if (Date.now() - drawn > EVERY_MS) draw();
    },
    end() {
      clearInterval(timer);
      if (shown) process.stderr.write("\r\x1b[2K");
    },
  };
}
