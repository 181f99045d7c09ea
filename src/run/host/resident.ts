/** run: a parameter in a module's memory, beside the others of its pack. */
import { keyWords } from "../../base/normal.ts";
import type { SlotValue } from "../../spec/optimizer-state.ts";
import type { Held } from "../engine.ts";
import type { Extent } from "../extent.ts";
import { lengthOf, matrixOf } from "../extent.ts";
import type { Numbers } from "../precision.ts";
import type { SlotStart } from "../slots.ts";
import { fillSlot } from "../slots.ts";
import type { Ranged } from "../threads/team.ts";
import type { BodyDescription, Place, StepDescription } from "../wasm/description.ts";
import { INTEGERS } from "../wasm/frame.ts";
import type { Site } from "./layout.ts";
import { bytesOf } from "./layout.ts";
import type { Pack } from "./packs.ts";

export type ScalarCall = (frame: number) => number;
export type Calls = Readonly<Record<string, Ranged & ScalarCall>>;

/** A memory with the module's functions on it. */
export interface Memory {
  readonly number: number;
  readonly buffer: ArrayBufferLike;
  readonly calls: Calls;
  /** What helpers know the functions by that go over ranges. */
  readonly numbers: ReadonlyMap<string, number>;
}

/** A step of a body for one pack, with its function found and its range known. */
export type Ready =
  | { readonly does: "scalars"; readonly call: ScalarCall }
  | {
      readonly does: "pass";
      readonly call: Ranged;
      readonly function: number;
      readonly count: number;
      readonly weight: number;
      readonly grain: number;
    }
  | { readonly does: "total"; readonly line: number };

/** A pack in memory. */
export interface Settled {
  readonly pack: Pack;
  readonly site: Site;
  readonly cells: DataView;
  /** Cells with numbers, by name. */
  readonly numbers: ReadonlyMap<string, number>;
  /** The cell of the gradients' address. */
  readonly gradientAt: number;
  readonly wide: Way;
  /** For gradients of 16 bits. */
  readonly short: Way | undefined;
}

/** How an update goes, and where its gradients are. */
export interface Way {
  readonly steps: readonly Ready[];
  readonly gradient: number;
  /** The cell where reciprocals are asked for. */
  readonly reciprocals: number | undefined;
}

export interface Resident extends Held {
  readonly settled: Settled;
  /** Its first element's place in the pack. */
  readonly from: number;
  /** The caller's weights. */
  readonly home: Numbers;
  readonly weight: Numbers;
  readonly gradient: Float32Array;
  /** Of 16 bits, where updates take them so. */
  readonly shortGradient: Uint16Array | undefined;
  /** Both, as far as they are there. */
  readonly gradients: readonly Numbers[];
}

/** Fills a pack's frame, and takes in its members' weights and slots. */
export function settle(
  pack: Pack,
  site: Site,
  memory: Memory,
  slotsOf: ReadonlyMap<string, ReadonlyMap<string, SlotStart>>,
): readonly Resident[] {
  const { body, short, extent, members } = pack;
  const [{ bound }] = members;
  const cells = new DataView(memory.buffer, site.frame, body.frame);
  const [word0, word1] = keyWords(bound.key);
  const integers = { ...extent, word0, word1 };
  for (const [name, at] of Object.entries(INTEGERS)) cells.setInt32(at, integers[name as "rows"], true);
  const numbers = new Map(Object.entries(body.numbers));
  for (const [name, value] of bound.constants) cells.setFloat64(numbers.get(name) as number, value, true);
  for (const [i, { at }] of body.places.entries()) cells.setUint32(at, site.places[i] as number, true);
  for (const [i, { at }] of body.sums.entries()) cells.setUint32(at, site.sums[i] as number, true);
  const way = ({ steps, places, reciprocals }: BodyDescription, gradient: number): Way => ({
    steps: steps.map((step) => ready(step, places, extent, memory)),
    gradient,
    reciprocals,
  });
  const [gradientAt, wideGradient] = body.places.flatMap(({ role, at }, i) =>
    role === "gradient" ? [at, site.places[i] as number] : [],
  ) as [number, number];
  const settled: Settled = {
    pack,
    site,
    cells,
    numbers,
    gradientAt,
    wide: way(body, wideGradient),
    short: short && way(short, site.shortGradient as number),
  };
  return members.map((member) => {
    const own = member.bound;
    const view = (role: Place["role"], name?: string): Numbers => {
      const i = body.places.findIndex((one) => one.role === role && one.name === (name ?? one.name));
      const place = body.places[i] as Place;
      const at = (site.places[i] as number) + bytesOf(place) * member.from;
      const length = lengthOf(place.shape, own.extent);
      return place.type === undefined
        ? new Float32Array(memory.buffer, at, length)
        : new Uint16Array(memory.buffer, at, length);
    };
    const starts = slotsOf.get(own.key) as ReadonlyMap<string, SlotStart>;
    const kept = [...starts].map(([name, start]): [string, SlotValue] => {
      if (typeof start === "number") return [name, start];
      const place = view("slot", name) as Float32Array;
      fillSlot(place, start);
      return [name, place];
    });
    const weight = view("weight");
    weight.set(own.data);
    const gradient = view("gradient") as Float32Array;
    const shortGradient =
      settled.short &&
      new Uint16Array(memory.buffer, settled.short.gradient + 2 * member.from, own.extent.size);
    return {
      settled,
      from: member.from,
      bound: { ...own, data: weight },
      slots: new Map(kept),
      home: own.data,
      weight,
      gradient,
      shortGradient,
      gradients: shortGradient === undefined ? [gradient] : [gradient, shortGradient],
    };
  });
}

function ready(
  step: StepDescription,
  places: readonly Place[],
  extent: Extent,
  { calls, numbers }: Memory,
): Ready {
  if (step.does === "total") return step;
  const call = calls[step.function] as Calls[string];
  if (step.does === "scalars") return { does: "scalars", call };
  const { rows, cols } = matrixOf(step.shape, extent);
  // Elements, or lines of them.
  const count = extent.stack * rows * (step.over === "elements" ? cols : 1);
  const elements = [...step.reads, ...step.writes].map((i) => lengthOf((places[i] as Place).shape, extent));
  return {
    does: "pass",
    call,
    function: numbers.get(step.function) as number,
    count,
    // A sum over lines has more to do than its few results say.
    weight: Math.max(1, Math.round(Math.max(...elements) / Math.max(1, count))),
    grain: step.grain,
  };
}
