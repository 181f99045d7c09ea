/** run: a parameter in a module's memory, beside the others of its pack. */
import { keyWords } from "../../base/normal.ts";
import type { SlotValue } from "../../spec/optimizer-state.ts";
import type { Held } from "../engine.ts";
import type { Extent } from "../extent.ts";
import { lengthOf, matrixOf } from "../extent.ts";
import type { SlotStart } from "../slots.ts";
import { fillSlot } from "../slots.ts";
import type { Ranged } from "../threads/team.ts";
import type { Place, StepDescription } from "../wasm/description.ts";
import { INTEGERS } from "../wasm/frame.ts";
import type { Site } from "./layout.ts";
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
  readonly steps: readonly Ready[];
}

export interface Resident extends Held {
  readonly settled: Settled;
  /** Its first element's place in the pack. */
  readonly from: number;
  /** The caller's weights. */
  readonly home: Float32Array;
  readonly weight: Float32Array;
  readonly gradient: Float32Array;
}

/** Fills a pack's frame, and takes in its members' weights and slots. */
export function settle(
  pack: Pack,
  site: Site,
  memory: Memory,
  slotsOf: ReadonlyMap<string, ReadonlyMap<string, SlotStart>>,
): readonly Resident[] {
  const { body, extent, members } = pack;
  const [{ bound }] = members;
  const cells = new DataView(memory.buffer, site.frame, body.frame);
  const [word0, word1] = keyWords(bound.key);
  const integers = { ...extent, word0, word1 };
  for (const [name, at] of Object.entries(INTEGERS)) cells.setInt32(at, integers[name as "rows"], true);
  const numbers = new Map(Object.entries(body.numbers));
  for (const [name, value] of bound.constants) cells.setFloat64(numbers.get(name) as number, value, true);
  for (const [i, { at }] of body.places.entries()) cells.setUint32(at, site.places[i] as number, true);
  for (const [i, { at }] of body.sums.entries()) cells.setUint32(at, site.sums[i] as number, true);
  const steps = body.steps.map((step) => ready(step, extent, memory));
  const settled = { pack, site, cells, numbers, steps };
  return members.map((member) => {
    const own = member.bound;
    const view = (role: Place["role"], name: string) => {
      const i = body.places.findIndex((one) => one.role === role && one.name === name);
      const { shape } = body.places[i] as Place;
      return new Float32Array(
        memory.buffer,
        (site.places[i] as number) + 4 * member.from,
        lengthOf(shape, own.extent),
      );
    };
    const starts = slotsOf.get(own.key) as ReadonlyMap<string, SlotStart>;
    const kept = [...starts].map(([name, start]): [string, SlotValue] => {
      if (typeof start === "number") return [name, start];
      const place = view("slot", name);
      fillSlot(place, start);
      return [name, place];
    });
    const [weight, gradient] = [view("weight", "weight"), view("gradient", "grad")];
    weight.set(own.data);
    return {
      settled,
      from: member.from,
      bound: { ...own, data: weight },
      slots: new Map(kept),
      home: own.data,
      weight,
      gradient,
    };
  });
}

function ready(step: StepDescription, extent: Extent, { calls, numbers }: Memory): Ready {
  if (step.does === "total") return step;
  const call = calls[step.function] as Calls[string];
  if (step.does === "scalars") return { does: "scalars", call };
  const { rows, cols } = matrixOf(step.shape, extent);
  const isElements = step.over === "elements";
  return {
    does: "pass",
    call,
    function: numbers.get(step.function) as number,
    // Elements, or lines of them.
    count: extent.stack * rows * (isElements ? cols : 1),
    weight: isElements ? 1 : Math.max(1, cols),
    grain: step.grain,
  };
}
