/**
 * golden: runs cases of the real frameworks in optseal and says how far apart the two are. The engine is handed in, so that the
 * sources and the built package are held against the same numbers by the same arithmetic. The formats: conformance/README.md.
 */
import type { author } from "../../src/author/author.ts";
import type { check } from "../../src/check/check.ts";
import type { convert } from "../../src/legacy/convert.ts";
import type { findRule } from "../../src/rules/built-in.ts";
import type { compile } from "../../src/run/optimizer.ts";
import type { Authored } from "../../src/spec/gates.ts";
import { quiet } from "./mxnet-quiet.ts";

/** optseal, from its sources or from its package. */
export interface Engine {
  readonly author: typeof author;
  readonly check: typeof check;
  readonly compile: typeof compile;
  readonly convert: typeof convert;
  readonly findRule: typeof findRule;
}

/** Arrays by parameter key, in base64 of little-endian binary32. */
type Arrays = Readonly<Record<string, string>>;

/** A rule's case: some optimizer steps over a few parameters. A step without a key has no gradient for that parameter. */
export interface GoldenCase {
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly params: readonly {
    readonly key: string;
    readonly shape: readonly number[];
    readonly before: string;
    readonly after: string;
  }[];
  readonly steps: readonly Arrays[];
  /** Weights after each step: of fresh cases, and at least of those that had a gradient. */
  readonly each?: readonly Arrays[];
}

/** A case of MXNet: its own pickle, and one update after the other. */
export interface TraceCase {
  readonly name: string;
  /** Such as `1.3`; absent: 1.9. */
  readonly release?: string;
  /** Whether the library's generator was made to give zeros. */
  readonly noise?: "none";
  readonly scheduler: string | null;
  readonly kwargs: string;
  readonly pickle: string;
  readonly params: readonly { key: number; shape: readonly number[]; w0: string; w1: string; w8: string }[];
  readonly lr: readonly number[];
  readonly updates: readonly (readonly [key: number, gradient: string])[];
  readonly each?: readonly Arrays[];
}

/** The first place where the two part, and all that is needed to see it again. */
export interface Disagreement {
  /** From 1. */
  readonly step: number;
  readonly key: string;
  readonly element: number;
  readonly before: number;
  /** The element's gradient in each step up to this one; null where there was none. */
  readonly gradients: readonly (number | null)[];
  readonly wanted: number;
  readonly got: number;
  /** Whether a parameter of this one element alone goes the same way. */
  readonly alone: boolean;
}

export interface Outcome {
  readonly name: string;
  readonly elements: number;
  /** Elements whose bits are the same. */
  readonly equal: number;
  /** max(|a - b| - n ulp(b)) / max |b - w0|, at least 0: how far the movement is off, the weight's own rounding allowed for. */
  readonly error: number;
  /** Absent where all is equal, or the case does not say what the weights were after each step. */
  readonly first?: Disagreement;
}

/** Numbers from base64 of little-endian binary32. */
export function floats(base64: string): Float32Array {
  const bytes = Buffer.from(base64, "base64");
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** The distance from |x| to the next binary32 above it. */
function ulp32(x: number): number {
  const cell = new Float32Array([Math.abs(x)]);
  const bits = new Uint32Array(cell.buffer);
  const below = cell[0] as number;
  bits[0] = (bits[0] as number) + 1;
  return (cell[0] as number) - below;
}

/** Both kinds of case as one. */
interface Run {
  readonly authored: Authored;
  readonly params: GoldenCase["params"];
  readonly steps: readonly Arrays[];
  readonly each?: readonly Arrays[] | undefined;
}

function runOf(engine: Engine, trace: GoldenCase | TraceCase): Run {
  const { each } = trace;
  if (!("pickle" in trace)) {
    return {
      authored: engine.author({ optseal: 1, ...trace.spec }),
      params: trace.params,
      steps: trace.steps,
      each,
    };
  }
  const release = `mxnet-${trace.release ?? "1.9"}`;
  const { authored: converted } = engine.convert(Buffer.from(trace.pickle, "base64"), { release });
  const authored = trace.noise === undefined ? converted : quiet(engine, converted);
  const params = trace.params.map(({ key, shape, w0, w8 }) => ({
    key: String(key),
    shape,
    before: w0,
    after: w8,
  }));
  return { authored, params, steps: trace.updates.map(([key, gradient]) => ({ [key]: gradient })), each };
}

/** The weights after each step, by key. */
function weightsAfter(
  engine: Engine,
  { authored, params, steps }: Run,
): readonly Map<string, Float32Array>[] {
  const parameters = new Map(params.map(({ key, shape, before }) => [key, { data: floats(before), shape }]));
  const optimizer = engine.compile(engine.check(authored)).attach(parameters);
  return steps.map((gradients) => {
    optimizer.step(new Map(Object.entries(gradients).map(([key, text]) => [key, floats(text)])));
    return new Map([...parameters].map(([key, { data }]) => [key, data.slice()]));
  });
}

interface Distance {
  readonly elements: number;
  readonly equal: number;
  readonly error: number;
}

/** How far `got` is from `wanted` after the first `count` steps, over the keys that `wanted` has. */
function distance(run: Run, count: number, wanted: Arrays, got: ReadonlyMap<string, Float32Array>): Distance {
  let [elements, equal, worst, moved] = [0, 0, 0, 0];
  for (const { key, before } of run.params) {
    const text = wanted[key];
    if (text === undefined) continue;
    const n = run.steps.slice(0, count).filter((gradients) => Object.hasOwn(gradients, key)).length;
    const [start, mine] = [floats(before), got.get(key) as Float32Array];
    floats(text).forEach((b, i) => {
      const a = mine[i] as number;
      elements += 1;
      const move = Math.abs(b - (start[i] as number));
      if (Number.isFinite(move)) moved = Math.max(moved, move);
      if (Object.is(a, b)) equal += 1;
      else if (Number.isFinite(a - b)) worst = Math.max(worst, Math.abs(a - b) - n * ulp32(b));
      else worst = Number.POSITIVE_INFINITY;
    });
  }
  return { elements, equal, error: worst <= 0 ? 0 : worst / moved };
}

const text64 = (value: number): string => Buffer.from(new Float32Array([value]).buffer).toString("base64");

/** Whether a parameter of one element, with that element's gradients, comes to the same weight. */
function goesAlone(engine: Engine, run: Run, found: Omit<Disagreement, "alone">): boolean {
  const { key, before, gradients, got } = found;
  const start = text64(before);
  const shape = run.params.find((one) => one.key === key)?.shape.map(() => 1) ?? [];
  const steps = gradients.map((g): Arrays => (g === null ? {} : { [key]: text64(g) }));
  const small = { authored: run.authored, params: [{ key, shape, before: start, after: start }], steps };
  try {
    return Object.is(weightsAfter(engine, small).at(-1)?.get(key)?.[0], got);
  } catch {
    // A rule may refuse the smaller shape.
    return false;
  }
}

/** The elements that differ in bits after a step, each with how many of its own last places it is off. */
function differing(run: Run, at: number, wanted: Arrays, got: ReadonlyMap<string, Float32Array>) {
  return run.params.flatMap(({ key, before }) => {
    const text = wanted[key];
    if (text === undefined) return [];
    const [start, mine] = [floats(before), got.get(key) as Float32Array];
    return [...floats(text)].flatMap((b, element) => {
      const a = mine[element] as number;
      if (Object.is(a, b)) return [];
      const off = Number.isFinite(a - b) ? Math.abs(a - b) / ulp32(b) : Number.POSITIVE_INFINITY;
      const gradients = run.steps.slice(0, at + 1).map((step) => {
        const gradient = step[key];
        return gradient === undefined ? null : (floats(gradient)[element] as number);
      });
      const place = { step: at + 1, key, element, before: start[element] as number };
      return [{ off, found: { ...place, gradients, wanted: b, got: a } }];
    });
  });
}

/** The first step whose error is over the limit, else the first of unequal bits; in it the element that is furthest off. */
function firstDisagreement(
  engine: Engine,
  run: Run,
  after: readonly Map<string, Float32Array>[],
  limit: number,
): Disagreement | undefined {
  const each = run.each ?? [];
  const gotAt = (step: number) => after[step] as Map<string, Float32Array>;
  const distances = each.map((wanted, i) => distance(run, i + 1, wanted, gotAt(i)));
  const over = distances.findIndex(({ error }) => error > limit);
  const at = over >= 0 ? over : distances.findIndex(({ equal, elements }) => equal < elements);
  if (at < 0) return undefined;
  const candidates = differing(run, at, each[at] as Arrays, gotAt(at));
  const [first] = candidates.sort((a, b) => b.off - a.off);
  return first === undefined ? undefined : { ...first.found, alone: goesAlone(engine, run, first.found) };
}

/**
 * Runs a case and stands beside the weights that the framework left.
 * @param limit the error that a step must pass for `first` to name it before an earlier one that merely differs in bits
 */
export function measureCase(
  engine: Engine,
  trace: GoldenCase | TraceCase,
  limit: number = Number.POSITIVE_INFINITY,
): Outcome {
  const run = runOf(engine, trace);
  const after = weightsAfter(engine, run);
  const wanted = Object.fromEntries(run.params.map(({ key, after: text }) => [key, text]));
  const last = after.at(-1) ?? new Map(run.params.map(({ key, before }) => [key, floats(before)]));
  const measured = distance(run, run.steps.length, wanted, last);
  const first = firstDisagreement(engine, run, after, limit);
  return { name: trace.name, ...measured, ...(first === undefined ? {} : { first }) };
}
