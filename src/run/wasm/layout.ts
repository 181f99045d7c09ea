/** run: where the host puts frames, tensors and sums in a module's memory. */
import type { TensorShape } from "../../spec/types.ts";
import { lengthOf } from "../extent.ts";
import type { Bound } from "../parameters.ts";
import type { BodyDescription } from "./description.ts";

const PAGE = 65536;
const LINE = 64;
const BLOCK = 1024;
const WORD = 4;

/** Where one parameter's things are, in bytes. */
export interface Site {
  readonly body: BodyDescription;
  readonly frame: number;
  /** In the order of the body's places. */
  readonly places: readonly number[];
  /** In the order of the body's sums. */
  readonly sums: readonly number[];
}

/** A parameter and its body, still without a place. */
export interface Placeless {
  readonly bound: Bound;
  readonly body: BodyDescription;
}

/** Gives out memory from a place on, on lines of 64 bytes. */
class Room {
  end: number;

  constructor(start: number) {
    this.end = start;
  }

  take(bytes: number): number {
    const at = Math.ceil(this.end / LINE) * LINE;
    this.end = at + bytes;
    return at;
  }
}

/**
 * Places for all parameters. What a body uses between two totals alone, no other parameter's update comes between: such
 * scratch memory and sums are one for all, as large as the largest asks for.
 */
export function layOut(
  parameters: readonly Placeless[],
  from: number,
): { readonly sites: readonly Site[]; readonly pages: number } {
  const room = new Room(from);
  const common = new Map<string, number>();
  const lengthAs = (shape: TensorShape, { bound }: Placeless) => lengthOf(shape, bound.extent);
  const askAll = (
    name: (i: number) => string,
    bytes: (one: Placeless) => readonly (number | undefined)[],
  ) => {
    for (const one of parameters) {
      for (const [i, size] of bytes(one).entries()) {
        if (size !== undefined) common.set(name(i), Math.max(size, common.get(name(i)) ?? 0));
      }
    }
  };
  const scratchName = (i: number) => `scratch ${i}`;
  const sumsName = (i: number) => `sums ${i}`;
  const isCommon = ({ body }: Placeless) => !body.steps.some(({ does }) => does === "total");
  const scratchOf = (one: Placeless) =>
    one.body.places.map(({ share, shape }) =>
      share === undefined ? undefined : WORD * lengthAs(shape, one),
    );
  const sumsOf = (one: Placeless) =>
    one.body.sums.map(({ shape }) => 8 * Math.ceil(lengthAs(shape, one) / BLOCK));
  const numbered = (one: Placeless) => {
    const sizes: number[] = [];
    for (const [i, size] of scratchOf(one).entries()) {
      const share = one.body.places[i]?.share;
      if (size !== undefined && share !== undefined) sizes[share] = Math.max(size, sizes[share] ?? 0);
    }
    return sizes;
  };
  askAll(scratchName, (one) => (isCommon(one) ? numbered(one) : []));
  askAll(sumsName, (one) => (isCommon(one) ? sumsOf(one) : []));
  const places = new Map([...common].map(([name, size]) => [name, room.take(size)]));
  const sites = parameters.map((one): Site => {
    const { body } = one;
    const frame = room.take(body.frame);
    const own = isCommon(one) ? [] : numbered(one).map((size) => room.take(size));
    return {
      body,
      frame,
      places: body.places.map(({ share, shape }) =>
        share === undefined
          ? room.take(WORD * lengthAs(shape, one))
          : (own[share] ?? (places.get(scratchName(share)) as number)),
      ),
      sums: sumsOf(one).map((size, i) =>
        isCommon(one) ? (places.get(sumsName(i)) as number) : room.take(size),
      ),
    };
  });
  return { sites, pages: Math.max(1, Math.ceil(room.end / PAGE)) };
}
