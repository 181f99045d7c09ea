/** run: where the host puts frames, tensors and sums in a module's memories. */
import { RunError } from "../errors.ts";
import { lengthOf } from "../extent.ts";
import type { BodyDescription, Place } from "../wasm/description.ts";
import type { Pack } from "./packs.ts";

const PAGE = 65536;
const LINE = 64;
const BLOCK = 1024;
/** A 32-bit memory, in bytes. */
const MOST = 2 ** 32;

/** Where one pack's things are, in bytes of a memory. */
export interface Site {
  readonly memory: number;
  readonly frame: number;
  /** In the order of the body's places. */
  readonly places: readonly number[];
  /** In the order of the body's sums. */
  readonly sums: readonly number[];
  /** Gradients of 16 bits. */
  readonly shortGradient: number | undefined;
}

/** Bytes of a number of a place. */
export const bytesOf = ({ type }: Place): number => (type === undefined ? 4 : 2);

/** Bytes by what they are for. */
type Sizes = ReadonlyMap<string, number>;

/** What a pack has for itself, and what all packs of its memory use in turn. */
interface Demand {
  readonly own: Sizes;
  readonly common: Sizes;
}

const onLine = (bytes: number): number => Math.ceil(bytes / LINE) * LINE;
const total = (sizes: Sizes): number => [...sizes.values()].reduce((sum, size) => sum + onLine(size), 0);

/** Both, each name at the larger of its sizes. */
function larger(a: Sizes, b: Sizes): Sizes {
  const most = new Map(a);
  for (const [name, size] of b) most.set(name, Math.max(size, most.get(name) ?? 0));
  return most;
}

const SHORT_GRADIENT = "gradient of 16 bits";

const placeName = (body: BodyDescription, i: number): string => {
  const share = body.places[i]?.share;
  return share === undefined ? `place ${i}` : `share ${share}`;
};

/**
 * What a body uses between two totals alone, no other pack's update comes between: such scratch memory and sums are one for
 * all of a memory, as large as the largest asks for.
 */
function demandOf({ body, short, extent }: Pack): Demand {
  const places = new Map<string, number>();
  const scratch = new Map<string, number>();
  for (const [i, place] of body.places.entries()) {
    const bytes = bytesOf(place) * lengthOf(place.shape, extent);
    const sizes = place.share === undefined ? places : scratch;
    const name = placeName(body, i);
    sizes.set(name, Math.max(bytes, sizes.get(name) ?? 0));
  }
  for (const [i, { shape }] of body.sums.entries()) {
    scratch.set(`sums ${i}`, 8 * Math.ceil(lengthOf(shape, extent) / BLOCK));
  }
  if (short !== undefined) places.set(SHORT_GRADIENT, 2 * extent.size);
  const own = new Map([["frame", body.frame] as const, ...places]);
  const waits = body.steps.some(({ does }) => does === "total");
  return waits ? { own: new Map([...own, ...scratch]), common: new Map() } : { own, common: scratch };
}

/** One memory, filled from a place on. */
class Room {
  #end: number;
  #common: Sizes = new Map();

  constructor(from: number) {
    this.#end = onLine(from);
  }

  fits({ own, common }: Demand): boolean {
    return this.#end + total(own) + total(larger(this.#common, common)) <= MOST;
  }

  take({ own, common }: Demand): ReadonlyMap<string, number> {
    this.#common = larger(this.#common, common);
    return this.#place(own);
  }

  /** Places for what is common, behind all else. */
  close(): ReadonlyMap<string, number> {
    return this.#place(this.#common);
  }

  #place(sizes: Sizes): ReadonlyMap<string, number> {
    return new Map(
      [...sizes].map(([name, size]) => {
        const at = this.#end;
        this.#end += onLine(size);
        return [name, at];
      }),
    );
  }

  get pages(): number {
    return Math.max(1, Math.ceil(this.#end / PAGE));
  }
}

/**
 * Places for all packs, in as many memories as they need.
 * @returns a site for each pack, and the pages of each memory
 * @throws RunError for a parameter that is larger than a memory
 */
export function layOut(
  packs: readonly Pack[],
  from: number,
): { readonly sites: readonly Site[]; readonly pages: readonly number[] } {
  const rooms: Room[] = [];
  const placed = packs.map((pack) => {
    const demand = demandOf(pack);
    let memory = rooms.findIndex((room) => room.fits(demand));
    if (memory < 0) memory = rooms.push(new Room(from)) - 1;
    const room = rooms[memory] as Room;
    if (!room.fits(demand)) throw tooLarge(pack, total(demand.own) + total(demand.common));
    return { pack, memory, own: room.take(demand) };
  });
  const common = rooms.map((room) => room.close());
  const sites = placed.map(({ pack: { body }, memory, own }): Site => {
    const at = (name: string) => (own.get(name) ?? common[memory]?.get(name)) as number;
    return {
      memory,
      frame: at("frame"),
      places: body.places.map((_, i) => at(placeName(body, i))),
      sums: body.sums.map((_, i) => at(`sums ${i}`)),
      shortGradient: own.get(SHORT_GRADIENT),
    };
  });
  return { sites, pages: rooms.map(({ pages }) => pages) };
}

function tooLarge({ members: [{ bound }] }: Pack, bytes: number): RunError {
  return new RunError({
    code: "memory",
    message: `weights, gradient and state take ${Math.ceil(bytes / 2 ** 20)} MiB, and 4096 MiB are the most for one parameter`,
    path: `parameters.${bound.key}`,
    hint: "split it into several, or use the reference engine, which has no such limit",
  });
}
