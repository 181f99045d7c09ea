/**
 * run: how threads share the ranges of a pass. A few integers in shared memory say what is to be done; the gate opens when
 * they stand there and is shut when all ranges are taken. A helper that comes too late finds it shut: nobody waits for it.
 */

/** A function of a module that goes over a range. */
export type Ranged = (frame: number, from: number, to: number) => void;

/** Where things stand in the shared integers. Each thread's two cursors have a cache line to themselves. */
export const AT = Object.freeze({
  gate: 0,
  /** Helpers that look at what is behind the gate, or work. */
  inside: 16,
  asleep: 32,
  /** Ranges that are not done. */
  left: 48,
  /** 1 where the last to finish has to say so. */
  asks: 64,
  memory: 65,
  function: 66,
  frame: 67,
  from: 68,
  to: 69,
  /** Units in a range. */
  chunk: 70,
  cursors: 80,
});
const STRIDE = 32;
const NEXT = 0;
const END = 1;
export const STOP = -1;
const MOST_GATE = 0x3fffffff;

/** How long an idle helper looks before it sleeps: longer than the pause between two passes, in milliseconds. */
const SPIN = 0.2;
const LOOKS = 64;

/** Shared integers for so many threads. */
export const controlFor = (threads: number): Int32Array =>
  new Int32Array(new SharedArrayBuffer(4 * (AT.cursors + STRIDE * threads)));

/** Divides the ranges evenly: neighbouring ones to one thread, which so finds in its caches what it left there. */
export function deal(control: Int32Array, chunks: number, threads: number): void {
  for (let i = 0; i < threads; i++) {
    const at = AT.cursors + STRIDE * i;
    control[at + NEXT] = Math.floor((chunks * i) / threads);
    control[at + END] = Math.floor((chunks * (i + 1)) / threads);
  }
  control[AT.left] = chunks;
}

const placeIn = (control: Int32Array, at: number): number => (control[at] as number) >>> 0;

/** Takes ranges, its own first, then the others', until there is none; gives back how many it did. */
export function share(control: Int32Array, self: number, threads: number, call: Ranged): number {
  const frame = control[AT.frame] as number;
  const [from, to, chunk] = [placeIn(control, AT.from), placeIn(control, AT.to), placeIn(control, AT.chunk)];
  let done = 0;
  for (let i = 0; i < threads; i++) {
    const at = AT.cursors + STRIDE * ((self + i) % threads);
    for (;;) {
      const taken = Atomics.add(control, at + NEXT, 1);
      if (taken >= (control[at + END] as number)) break;
      const start = from + taken * chunk;
      call(frame, start, Math.min(start + chunk, to));
      done += 1;
    }
  }
  return done;
}

const nextGate = (control: Int32Array): number => ((control[AT.gate] as number) + 1) & MOST_GATE;

/** Opens the gate to what has been written down, and wakes those who sleep. */
export function open(control: Int32Array): void {
  Atomics.store(control, AT.gate, nextGate(control));
  if (Atomics.load(control, AT.asleep) > 0) Atomics.notify(control, AT.gate);
}

/** Shuts it. Nothing may be written down before `inside` is 0. */
export function shut(control: Int32Array): void {
  Atomics.store(control, AT.gate, nextGate(control));
}

/** Odd gates are open. */
const isNew = (gate: number, seen: number): boolean => gate === STOP || ((gate & 1) === 1 && gate !== seen);

function nextOpen(control: Int32Array, seen: number): number {
  for (;;) {
    const start = performance.now();
    let gate = Atomics.load(control, AT.gate);
    while (performance.now() - start < SPIN) {
      for (let i = 0; i < LOOKS && !isNew(gate, seen); i++) gate = Atomics.load(control, AT.gate);
      if (isNew(gate, seen)) return gate;
    }
    Atomics.add(control, AT.asleep, 1);
    Atomics.wait(control, AT.gate, gate);
    Atomics.sub(control, AT.asleep, 1);
  }
}

/**
 * A helper's life: until it is told to stop. `tell` is called where the last range is done and somebody asked. The caller has
 * the first share; where it only asked, the helper of number `threads` has it, who else is not called for.
 */
export function help(
  control: Int32Array,
  self: number,
  threads: number,
  calls: readonly (readonly Ranged[])[],
  tell: () => void,
): void {
  let seen = 0;
  for (;;) {
    const gate = nextOpen(control, seen);
    if (gate === STOP) return;
    Atomics.add(control, AT.inside, 1);
    // It may have been shut in between, and what is behind it be another job's.
    if (Atomics.load(control, AT.gate) === gate) {
      seen = gate;
      const isAsked = control[AT.asks] === 1;
      const call = calls[control[AT.memory] as number]?.[control[AT.function] as number] as Ranged;
      const done = isAsked || self < threads ? share(control, self, threads, call) : 0;
      const isLast = done > 0 && Atomics.sub(control, AT.left, done) === done;
      if (isLast && isAsked) tell();
    }
    if (Atomics.sub(control, AT.inside, 1) === 1) Atomics.notify(control, AT.inside);
  }
}
