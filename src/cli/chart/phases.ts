/** chart: a curve's phases: where it rises, falls, holds and jumps. In: its samples. Out: the phases, in order. Imports nothing but its own folder. */
import type { Samples } from "./samples.ts";

export interface Phase {
  /** `leaps`: from one sample to the next. `ends`: there is no finite number from there on. */
  readonly way: "rises" | "falls" | "holds" | "leaps" | "ends";
  /** Places of samples: where it begins and where it ends. */
  readonly from: number;
  readonly to: number;
}

/** Parts of the curve's height: what an eye sees of a leap, of a turn, what counts as no change, and what is the same but for rounding. */
const LEAP = 0.004;
const TURN = 0.002;
const STILL = 1e-4;
const SAME = 1e-9;
/** Heights that it changes in the whole width: what is flat, and what is a bend. */
const FLAT = 1e-5;
const BEND = 0.05;
/** How many times its neighbours a leap or a bend is, and the part of the width that a flat stretch has at the least. */
const SHARP = 5;
const LENGTH = 0.01;

/** A curve's samples with its whole height and the slope between two of them, in heights for the whole width. */
interface Drawn {
  readonly values: Float64Array;
  readonly height: number;
  readonly slope: (place: number) => number;
}

/** The stretches of a curve in which all numbers are finite. */
function finiteRuns(values: Float64Array): readonly (readonly [from: number, to: number])[] {
  const runs: [number, number][] = [];
  for (const [i, value] of values.entries()) {
    const last = runs.at(-1);
    if (!Number.isFinite(value)) continue;
    if (last !== undefined && last[1] === i - 1) last[1] = i;
    else runs.push([i, i]);
  }
  return runs;
}

function isLeap({ values, height, slope }: Drawn, i: number, from: number, to: number): boolean {
  const size = Math.abs((values[i + 1] as number) - (values[i] as number));
  if (!(size > LEAP * height)) return false;
  const neighbours = [i - 1, i + 1].filter((j) => j >= from && j < to);
  return neighbours.length > 0 && neighbours.every((j) => Math.abs(slope(i)) > SHARP * Math.abs(slope(j)));
}

/** Where it turns from rising to falling or back, if both can be seen. */
function turns({ values, height }: Drawn, from: number, to: number): readonly number[] {
  const [seen, same] = [TURN * height, SAME * height];
  const found: number[] = [];
  let [top, floor] = [from, from];
  let way = 0;
  for (let i = from; i <= to; i++) {
    const value = values[i] as number;
    const [high, low] = [values[top] as number, values[floor] as number];
    if (way >= 0 && value < high - seen) {
      if (way > 0) found.push(top);
      [way, floor] = [-1, i];
    } else if (way <= 0 && value > low + seen) {
      if (way < 0) found.push(floor);
      [way, top] = [1, i];
    } else {
      if (value > high + same) top = i;
      if (value < low - same) floor = i;
    }
  }
  return found;
}

/** Where stretches that are flat begin and end. */
function flats({ values, slope }: Drawn, from: number, to: number): readonly number[] {
  const least = Math.max(3, LENGTH * values.length);
  const found: number[] = [];
  let begin = from;
  for (let i = from; i <= to; i++) {
    if (i < to && Math.abs(slope(i)) <= FLAT) continue;
    if (i - begin >= least) found.push(begin, i);
    begin = i + 1;
  }
  return found;
}

/** Where its slope changes all at once. */
function bends({ slope }: Drawn, from: number, to: number): readonly number[] {
  const bend = (i: number): number => Math.abs(slope(i) - slope(i - 1));
  const found: number[] = [];
  for (let i = from + 3; i <= to - 3; i++) {
    const here = bend(i);
    if (here < BEND || here < bend(i - 1) || here <= bend(i + 1)) continue;
    if (here > SHARP * Math.max(bend(i - 2), bend(i + 2))) found.push(i);
  }
  return found;
}

/** The phases of a stretch without leaps. */
function smoothPhases(drawn: Drawn, from: number, to: number): readonly Phase[] {
  const { values, height } = drawn;
  const sure = [from, to, ...turns(drawn, from, to), ...flats(drawn, from, to)];
  const added = bends(drawn, from, to).filter((bend) => sure.every((one) => Math.abs(one - bend) > 2));
  const places = [...new Set([...sure, ...added])].sort((a, b) => a - b);
  return places.slice(1).map((end, i): Phase => {
    const begin = places[i] as number;
    const change = (values[end] as number) - (values[begin] as number);
    const isStill = Math.abs(change) <= STILL * height;
    return { way: isStill ? "holds" : change > 0 ? "rises" : "falls", from: begin, to: end };
  });
}

function runPhases(drawn: Drawn, from: number, to: number): readonly Phase[] {
  const phases: Phase[] = [];
  let begin = from;
  for (let i = from; i < to; i++) {
    if (!isLeap(drawn, i, from, to)) continue;
    phases.push(...smoothPhases(drawn, begin, i), { way: "leaps", from: i, to: i + 1 });
    begin = i + 1;
  }
  return [...phases, ...smoothPhases(drawn, begin, to)];
}

/** Neighbours that both hold are one. */
function joined(phases: readonly Phase[]): readonly Phase[] {
  const all: Phase[] = [];
  for (const phase of phases) {
    const last = all.at(-1);
    if (last?.way === "holds" && phase.way === "holds") all[all.length - 1] = { ...last, to: phase.to };
    else all.push(phase);
  }
  return all;
}

/** From the first number on; none for a curve without numbers. */
export function phasesOf({ values, x }: Samples): readonly Phase[] {
  const runs = finiteRuns(values);
  const finite = values.filter(Number.isFinite);
  // Halves first: the height of a curve between the greatest numbers is still a number.
  const [top, floor] = [
    finite.reduce((a, b) => Math.max(a, b), -Infinity),
    finite.reduce((a, b) => Math.min(a, b), Infinity),
  ];
  const height = Math.min(Number.MAX_VALUE, top - floor);
  const width = x(values.length - 1) - x(0);
  const slope = (i: number): number =>
    (((values[i + 1] as number) - (values[i] as number)) / height) * (width / (x(i + 1) - x(i)));
  const drawn: Drawn = { values, height, slope };
  return runs.flatMap(([from, to], i): readonly Phase[] => {
    const inside = height === 0 ? [{ way: "holds", from, to } as const] : joined(runPhases(drawn, from, to));
    const next = runs[i + 1]?.[0];
    const end = to + 1 < values.length ? [{ way: "ends", from: to, to: to + 1 } as const] : [];
    return [
      ...inside,
      ...end,
      ...(next === undefined ? [] : [{ way: "leaps", from: next - 1, to: next } as const]),
    ];
  });
}
