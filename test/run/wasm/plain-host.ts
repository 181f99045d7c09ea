/**
 * Test help: a host that knows nothing but docs/abi.md: the module's bytes and what its custom section says. It runs one
 * parameter, and cuts every pass into random ranges.
 */
import type { BodyDescription, Choice, Description } from "../../../src/run/wasm/description.ts";
import type { Side, TensorShape } from "../../../src/spec/types.ts";
import { sidesOf } from "../../../src/spec/types.ts";

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
  #end: number;
  #t = 0;

  constructor(
    bytes: Uint8Array<ArrayBuffer>,
    weight: Float32Array,
    shape: readonly number[],
    word: () => number,
  ) {
    const module = new WebAssembly.Module(bytes);
    const [section] = WebAssembly.Module.customSections(module, "optseal");
    this.description = JSON.parse(new TextDecoder().decode(section)) as Description;
    this.#word = word;
    this.#memory = new WebAssembly.Memory({ initial: 64 });
    this.#view = new DataView(this.#memory.buffer);
    const { exports } = new WebAssembly.Instance(module, { host: { memory: this.#memory } });
    this.#call = (name, ...operands) => (exports[name] as Call)(...operands);
    this.#end = this.description.free;

    const [R, C] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
    const stack = shape.slice(0, -2).reduce((product, side) => product * side, 1);
    this.#extent = { stack, R, C };
    const binding = this.description.bindings.at(-1) as Description["bindings"][number];
    const hyper = new Map(Object.entries(binding.hyper));
    const fill = (frame: number): void => {
      const { integers, common } = this.description;
      const sizes = { stack, rows: R, cols: C, size: stack * R * C, rank: shape.length };
      for (const [name, at] of Object.entries(integers)) {
        this.#view.setInt32(frame + at, sizes[name as "rows"] ?? 0, true);
      }
      for (const [name, at] of Object.entries(common)) {
        const value = sizes[name as "rows"] ?? hyper.get(name);
        if (typeof value !== "object") this.#view.setFloat64(frame + at, numberOf(value ?? 0), true);
      }
    };
    const asked = this.#take(binding.frame);
    fill(asked);
    if (binding.settle !== undefined) this.#call(binding.settle, asked);
    const chosen = (choice: Choice): number =>
      typeof choice === "number"
        ? choice
        : chosen(this.#number(asked, choice.ask) === 1 ? choice.yes : choice.no);
    this.#body = this.description.bodies[chosen(binding.body)] as BodyDescription;
    this.#frame = this.#take(this.#body.frame);
    fill(this.#frame);
    if (this.#body.start !== undefined) this.#call(this.#body.start, this.#frame);
    this.#places = this.#body.places.map(({ at, shape: own }) => {
      const place = this.#take(4 * this.#lengthOf(own));
      this.#view.setUint32(this.#frame + at, place, true);
      return place;
    });
    for (const { at, shape: own } of this.#body.sums) {
      this.#view.setUint32(this.#frame + at, this.#take(8 * Math.ceil(this.#lengthOf(own) / 1024)), true);
    }
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
    const frame = this.#take(schedule.frame);
    for (const [name, value] of Object.entries({ ...schedule.hyper, base: hyper.get(scheduled as string) })) {
      const at = schedule.numbers[name];
      if (at !== undefined && typeof value !== "object") this.#set(frame, at, numberOf(value));
    }
    if (schedule.start !== undefined) this.#call(schedule.start, frame);
    return frame;
  }

  #take(bytes: number): number {
    const at = (this.#end + 15) & -16;
    this.#end = at + bytes;
    return at;
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
      else if (this.#call(step.function, this.#frame) === 1) return;
    }
  }

  #pass({
    function: name,
    over,
    shape,
    grain,
  }: Extract<BodyDescription["steps"][number], { does: "pass" }>): void {
    const count =
      over === "elements" ? this.#lengthOf(shape) : this.#extent.stack * this.#side(sidesOf(shape)[0]);
    const ranges: (readonly [number, number])[] = [];
    for (let from = 0; from < count; ) {
      const to = Math.min(count, from + grain * (1 + (this.#word() % 3)));
      ranges.push([from, to]);
      from = to;
    }
    for (const [from, to] of this.#word() % 2 === 0 ? ranges.toReversed() : ranges) {
      this.#call(name, this.#frame, from, to);
    }
  }
}
