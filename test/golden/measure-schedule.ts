/** golden: runs a schedule in optseal and says how many units in the last place it is from the real one, and where. */
import type { Engine } from "./measure.ts";

/** A schedule's case: its values at some updates, counted from 1, in base64 of little-endian numbers. */
export interface ScheduleCase {
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly base: number;
  readonly at: readonly number[];
  /** Rates in binary64. */
  readonly rates?: string;
  /** Rates in binary32, where the source computes in it. */
  readonly rates32?: string;
  /** Momenta in binary64, of a schedule that drives them too. */
  readonly momenta?: string;
}

export interface ScheduleOutcome {
  readonly name: string;
  /** Numbers compared, momenta included. */
  readonly points: number;
  /** Numbers whose bits are the same. */
  readonly equal: number;
  /** The largest distance in units in the last place, of binary64 or, for `rates32`, of binary32. */
  readonly ulps: number;
  /** The largest distance in such units of the greatest number in the series: what the last bit of a cosine comes to near its zero. */
  readonly drift: number;
  /** Where `ulps` is; absent where all is equal. */
  readonly worst?: {
    readonly of: "rate" | "momentum";
    readonly update: number;
    readonly wanted: number;
    readonly got: number;
  };
}

/** Reads a number, and places it among all numbers of its format in their order. */
interface Format {
  readonly bytes: number;
  /** The distance from 1 to the next number. */
  readonly epsilon: number;
  readonly read: (view: DataView, offset: number) => number;
  readonly place: (x: number) => bigint;
  readonly round: (x: number) => number;
}

const CELL = new DataView(new ArrayBuffer(8));

const BINARY64: Format = {
  bytes: 8,
  epsilon: 2 ** -52,
  read: (view, offset) => view.getFloat64(offset, true),
  place: (x) => {
    CELL.setFloat64(0, x);
    const bits = CELL.getBigInt64(0);
    return bits < 0n ? -(bits & 0x7fff_ffff_ffff_ffffn) : bits;
  },
  round: (x) => x,
};

const BINARY32: Format = {
  bytes: 4,
  epsilon: 2 ** -23,
  read: (view, offset) => view.getFloat32(offset, true),
  place: (x) => {
    CELL.setFloat32(0, x);
    const bits = CELL.getInt32(0);
    return BigInt(bits < 0 ? -(bits & 0x7fff_ffff) : bits);
  },
  round: Math.fround,
};

function numbers(base64: string, { bytes, read }: Format): readonly number[] {
  const data = Buffer.from(base64, "base64");
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: data.byteLength / bytes }, (_, i) => read(view, i * bytes));
}

/** Units in the last place between two numbers; infinite where one alone is NaN. */
function ulpsBetween(a: number, b: number, { place }: Format): number {
  if (Object.is(a, b)) return 0;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.POSITIVE_INFINITY;
  const apart = place(a) - place(b);
  return Number(apart < 0n ? -apart : apart);
}

const RULE = `rule cycled
hyper  lr = 0.1 scheduled   momentum = 0.9 scheduled as momentum
update weight = weight - lr * (momentum * grad)
`;

/** What a case says that the real schedule drove, and what optseal makes of it. */
function seriesOf(engine: Engine, one: ScheduleCase) {
  const { name, spec, base, at, rates, rates32, momenta } = one;
  if ((rates === undefined) === (rates32 === undefined)) {
    throw new Error(`${name}: no rates, or two kinds of them`);
  }
  const authored = engine.author({ optseal: 1, rule: RULE, hyper: { lr: base }, ...spec });
  const optimizer = engine.compile(engine.check(authored)).attach({ w: { data: new Float32Array(1) } });
  const format = rates === undefined ? BINARY32 : BINARY64;
  const rate = { of: "rate" as const, format, wanted: numbers(rates ?? (rates32 as string), format) };
  const series = [{ ...rate, got: at.map((update) => optimizer.rateAt(update)) }];
  if (momenta === undefined) return series;
  const momentum = { of: "momentum" as const, format: BINARY64, wanted: numbers(momenta, BINARY64) };
  return [...series, { ...momentum, got: at.map((update) => optimizer.momentumAt(update)) }];
}

/** Runs a schedule through all updates of a case and stands beside what the real one gave. */
export function measureSchedule(engine: Engine, one: ScheduleCase): ScheduleOutcome {
  const { name, at } = one;
  let [points, equal, ulps, drift] = [0, 0, 0, 0];
  let worst: ScheduleOutcome["worst"];
  for (const { of, format, wanted, got } of seriesOf(engine, one)) {
    if (wanted.length !== at.length)
      throw new Error(`${name}: ${wanted.length} values for ${at.length} updates`);
    const unit = format.epsilon * Math.max(...wanted.map((b) => Math.abs(b)));
    wanted.forEach((b, i) => {
      const a = format.round(got[i] ?? Number.NaN);
      const apart = ulpsBetween(a, b, format);
      points += 1;
      if (apart === 0) equal += 1;
      else
        drift = Math.max(drift, Number.isFinite(a - b) ? Math.abs(a - b) / unit : Number.POSITIVE_INFINITY);
      if (apart <= ulps) return;
      ulps = apart;
      worst = { of, update: at[i] as number, wanted: b, got: a };
    });
  }
  return { name, points, equal, ulps, drift, ...(worst === undefined ? {} : { worst }) };
}
