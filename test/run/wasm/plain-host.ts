/**
 * Test help: a host that knows nothing but docs/abi.md: the module's bytes and what its custom section says. It runs one
 * parameter, cuts every pass into random ranges, and fails where a call changes more than it may.
 */
import { createHash } from "node:crypto";
import type { BodyDescription, Choice, Description, Place } from "../../../src/run/wasm/description.ts";
import type { Side, TensorShape } from "../../../src/spec/types.ts";
import { sidesOf } from "../../../src/spec/types.ts";
import type { Interval } from "./guarded-memory.ts";
import { GuardedMemory } from "./guarded-memory.ts";

type Call = (...operands: number[]) => number;

const numberOf = (value: unknown): number => (value === "-0" ? -0 : Number(value));

export class PlainHost {
  readonly description: Description;
  readonly #call: (name: string, ...operands: number[]) => number;
  readonly #view: DataView;
  readonly #memory: WebAssembly.Memory;
  readonly #word: () => number;
  readonly #body: BodyDescription;
  readonly #extent: { readonly stack: number; readonly R: number; readonly C: number };
  readonly #frame: number;
  readonly #schedule: number;
  readonly #places: readonly number[];
  readonly #sums: readonly number[];
  readonly #room: GuardedMemory;
  #t = 0;

  constructor(
    bytes: Uint8Array<ArrayBuffer>,
    weight: Float32Array,
    shape: readonly number[],
    word: () => number,
    key = "w",
  ) {
    const module = new WebAssembly.Module(bytes);
    const [section] = WebAssembly.Module.customSections(module, "optseal");
    this.description = JSON.parse(new TextDecoder().decode(section)) as Description;
    this.#word = word;
    this.#memory = new WebAssembly.Memory({ initial: 2 + Math.ceil(weight.length / 128) });
    this.#view = new DataView(this.#memory.buffer);
    const { exports } = new WebAssembly.Instance(module, { host: { memory: this.#memory } });
    this.#call = (name, ...operands) => (exports[name] as Call)(...operands);
    this.#room = new GuardedMemory(this.#memory, this.description.free, word);
    const [R, C] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
    const stack = shape.slice(0, -2).reduce((product, side) => product * side, 1);
    this.#extent = { stack, R, C };
    const binding = this.description.bindings.at(-1) as Description["bindings"][number];
    const hyper = new Map(Object.entries(binding.hyper));
    const fill = (frame: number): void => {
      const { integers, common } = this.description;
      const [word0, word1] = wordsOf(key);
      const sizes = { stack, rows: R, cols: C, size: stack * R * C, rank: shape.length, word0, word1 };
      for (const [name, at] of Object.entries(integers)) {
        this.#view.setInt32(frame + at, sizes[name as "rows"] ?? 0, true);
      }
      for (const [name, at] of Object.entries(common)) {
        const value = sizes[name as "rows"] ?? hyper.get(name);
        if (typeof value !== "object") this.#view.setFloat64(frame + at, numberOf(value ?? 0), true);
      }
    };
    const asked = this.#room.take(binding.frame, 8);
    fill(asked);
    if (binding.settle !== undefined) this.#call(binding.settle, asked);
    const chosen = (choice: Choice): number =>
      typeof choice === "number"
        ? choice
        : chosen(this.#number(asked, choice.ask) === 1 ? choice.yes : choice.no);
    this.#body = this.description.bodies[chosen(binding.body)] as BodyDescription;
    this.#frame = this.#room.take(this.#body.frame, 8);
    fill(this.#frame);
    if (this.#body.start !== undefined) this.#call(this.#body.start, this.#frame);
    // One place ends where the memory does, so that reading on is a trap.
    const last = word() % this.#body.places.length;
    this.#places = this.#body.places.map(({ at, shape: own }, i) => {
      const bytes = 4 * this.#lengthOf(own);
      const place = i === last ? this.#room.takeLast(bytes) : this.#room.take(bytes, 4);
      this.#view.setUint32(this.#frame + at, place, true);
      return place;
    });
    this.#sums = this.#body.sums.map(({ at, shape: own }) => {
      const sums = this.#room.take(8 * Math.ceil(this.#lengthOf(own) / 1024), 8);
      this.#view.setUint32(this.#frame + at, sums, true);
      return sums;
    });
    this.place("weight").set(weight);
    for (const { name, init } of this.#body.slots) {
      const isTensor = this.#body.places.some((place) => place.role === "slot" && place.name === name);
      if (init === undefined) this.place(name).set(weight);
      else if (isTensor) this.place(name).fill(this.#number(this.#frame, init));
      else this.#set(this.#frame, this.#body.numbers[name] as number, this.#number(this.#frame, init));
    }
    this.#schedule = this.#startSchedule(hyper);
  }

  #startSchedule(hyper: ReadonlyMap<string, unknown>): number {
    const { schedule, scheduled } = this.description;
    if (schedule === undefined) return 0;
    const frame = this.#room.take(schedule.frame, 8);
    for (const [name, value] of Object.entries({ ...schedule.hyper, base: hyper.get(scheduled as string) })) {
      const at = schedule.numbers[name];
      if (at !== undefined && typeof value !== "object") this.#set(frame, at, numberOf(value));
    }
    if (schedule.start !== undefined) this.#call(schedule.start, frame);
    return frame;
  }

  #number = (frame: number, at: number): number => this.#view.getFloat64(frame + at, true);
  #set = (frame: number, at: number, value: number): void => this.#view.setFloat64(frame + at, value, true);

  #lengthOf(shape: TensorShape): number {
    const [rows, cols] = sidesOf(shape).map((side) => this.#side(side)) as [number, number];
    return this.#extent.stack * rows * cols;
  }

  #side = (side: Side): number => (side === "1" ? 1 : this.#extent[side]);

  /** A tensor by its name. */
  place(name: string): Float32Array {
    const i = this.#body.places.findIndex((place) => place.role !== "scratch" && place.name === name);
    const shape = this.#body.places[i]?.shape as TensorShape;
    return new Float32Array(this.#memory.buffer, this.#places[i], this.#lengthOf(shape));
  }

  step(gradient: Float32Array): void {
    this.#t += 1;
    const { schedule, scheduled, cycled, common } = this.description;
    if (schedule !== undefined) {
      const { numbers } = schedule;
      if ((this.#t - 1) % schedule.every === 0) {
        this.#set(this.#schedule, numbers.t as number, 1 + (this.#t - 1) / schedule.every);
        this.#call(schedule.step, this.#schedule);
      }
      for (const [result, name] of [
        ["rate", scheduled],
        ["momentum", cycled],
      ] as const) {
        const at = numbers[result];
        if (at === undefined || name === undefined) continue;
        this.#set(this.#frame, common[name] as number, this.#number(this.#schedule, at));
      }
    }
    for (const name of ["t", "steps"]) this.#set(this.#frame, common[name] as number, this.#t);
    this.place("grad").set(gradient);
    for (const step of this.#body.steps) {
      // The sum over one parameter is its own summand, added to 0.
      if (step.does === "total") {
        const { total } = this.description;
        this.#set(this.#frame, total, 0 + this.#number(this.#frame, total));
      } else if (step.does === "pass") this.#pass(step);
      else if (this.#scalars(step.function)) return;
    }
  }

  /** Whether the update ends here. */
  #scalars(name: string): boolean {
    const frame: Interval = [this.#frame, this.#frame + this.#body.frame];
    const own: Interval = [0, this.description.free];
    return this.#room.expectNothingElse([own, frame], () => this.#call(name, this.#frame), name) === 1;
  }

  #pass(step: Pass): void {
    const { function: name, over, shape, grain } = step;
    const count =
      over === "elements" ? this.#lengthOf(shape) : this.#extent.stack * this.#side(sidesOf(shape)[0]);
    for (const [from, to] of shuffled(rangesOf(count, grain, this.#word), this.#word)) {
      const own = this.#written(step, from, to);
      this.#room.expectNothingElse(
        own,
        () => this.#call(name, this.#frame, from, to),
        `${name} ${from} ${to}`,
      );
    }
  }

  /** The bytes that a range of a pass may write: elements of its places, and sums. */
  #written({ over, shape, writes, sums }: Pass, from: number, to: number): readonly Interval[] {
    const width = over === "elements" ? 1 : this.#side(sidesOf(shape)[1]);
    return [
      ...writes.map((i): Interval => {
        const place = this.#places[i] as number;
        // How a matrix lies that is packed is the module's matter.
        const { name, shape } = this.#body.places[i] as Place;
        if (name.startsWith("packed ")) return [place, place + 4 * this.#lengthOf(shape)];
        return [place + 4 * width * from, place + 4 * width * to];
      }),
      ...sums.map((i): Interval => {
        const first = this.#sums[i] as number;
        return [first + 8 * (from / 1024), first + 8 * Math.ceil(to / 1024)];
      }),
    ];
  }
}

type Pass = Extract<BodyDescription["steps"][number], { does: "pass" }>;

/** Cuts a count at random multiples of a grain. */
function rangesOf(count: number, grain: number, word: () => number): readonly Interval[] {
  const ranges: Interval[] = [];
  const most = 1 + Math.ceil(count / grain / 4);
  for (let from = 0; from < count; ) {
    const to = Math.min(count, from + grain * (1 + (word() % most)));
    ranges.push([from, to]);
    from = to;
  }
  return ranges;
}

const shuffled = <T>(items: readonly T[], word: () => number): readonly T[] =>
  items
    .map((item) => [word(), item] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, item]) => item);

/** The first two words of the SHA-256 of a parameter's key. */
function wordsOf(key: string): readonly [number, number] {
  const digest = createHash("sha256").update(key).digest();
  return [digest.readInt32BE(0), digest.readInt32BE(4)];
}
