/** Reads golden traces and holds optseal against them; the format is described in conformance/README.md. */
import { readFileSync } from "node:fs";
import { check } from "../../src/check/check.ts";
import { convert } from "../../src/legacy/convert.ts";
import { compile } from "../../src/run/optimizer.ts";

export interface TraceCase {
  readonly name: string;
  readonly scheduler: string | null;
  readonly kwargs: string;
  readonly pickle: string;
  readonly params: readonly { key: number; shape: readonly number[]; w0: string; w1: string; w8: string }[];
  readonly lr: readonly number[];
  readonly updates: readonly (readonly [key: number, gradient: string])[];
}

export interface Outcome {
  readonly name: string;
  readonly elements: number;
  readonly equal: number;
  /** max(|a - b| - n ulp(b)) / max |b - w0|, at least 0: how far the movement is off, the weight's own rounding allowed for. */
  readonly error: number;
}

export function readTraces(file: string): readonly TraceCase[] {
  return (JSON.parse(readFileSync(file, "utf8")) as { cases: TraceCase[] }).cases;
}

export function floats(base64: string): Float32Array {
  const bytes = Buffer.from(base64, "base64");
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** The distance from |x| to the next binary32 above it. */
export function ulp32(x: number): number {
  const cell = new Float32Array([Math.abs(x)]);
  const bits = new Uint32Array(cell.buffer);
  const below = cell[0] as number;
  bits[0] = (bits[0] as number) + 1;
  return (cell[0] as number) - below;
}

/** From the pickle through convert, check and run; then beside the weights that the framework left. */
export function replay(trace: TraceCase): Outcome {
  const { authored } = convert(Buffer.from(trace.pickle, "base64"));
  const parameters = new Map(trace.params.map(({ key, shape, w0 }) => [key, { data: floats(w0), shape }]));
  const optimizer = compile(check(authored)).attach(parameters);
  for (const [key, gradient] of trace.updates) optimizer.step(new Map([[key, floats(gradient)]]));
  let [elements, equal, worst, moved] = [0, 0, 0, 0];
  for (const { key, w0, w8 } of trace.params) {
    const n = trace.updates.filter(([updated]) => updated === key).length;
    const [before, want, got] = [floats(w0), floats(w8), parameters.get(key)?.data as Float32Array];
    want.forEach((b, i) => {
      const a = got[i] as number;
      elements += 1;
      if (Object.is(a, b)) equal += 1;
      worst = Math.max(worst, Math.abs(a - b) - n * ulp32(b));
      moved = Math.max(moved, Math.abs(b - (before[i] as number)));
    });
  }
  return { name: trace.name, elements, equal, error: worst <= 0 ? 0 : worst / moved };
}
