/** run: an engine that runs a program's WebAssembly module in the calling thread, on parameters in the module's memory. */
import type { Checked } from "../../spec/gates.ts";
import type { SlotValue } from "../../spec/optimizer-state.ts";
import { RunError } from "../errors.ts";
import type { Extent } from "../extent.ts";
import { lengthOf, matrixOf } from "../extent.ts";
import type { Engine, Gradient, Held } from "../optimizer.ts";
import type { Bound } from "../parameters.ts";
import type { Given, UnderWay, Waiting } from "../update.ts";
import type { BodyDescription, Description, Place, StepDescription } from "./description.ts";
import { INTEGERS } from "./frame.ts";
import type { Site } from "./layout.ts";
import { layOut } from "./layout.ts";
import { TOTAL } from "./lower.ts";
import { allBodies } from "./module.ts";

const MOST_PAGES = 65536;

type Ranged = (frame: number, from: number, to: number) => void;
type Scalars = (frame: number) => number;

/** A step of a body for one parameter, with its function found and its range known. */
type Ready =
  | { readonly does: "scalars"; readonly call: Scalars }
  | { readonly does: "pass"; readonly call: Ranged; readonly to: number }
  | { readonly does: "total"; readonly line: number };

/** A parameter in the module's memory. */
interface Resident {
  readonly site: Site;
  readonly cells: DataView;
  /** Cells with numbers, by name. */
  readonly numbers: ReadonlyMap<string, number>;
  readonly steps: readonly Ready[];
  /** The caller's weights. */
  readonly home: Float32Array;
  readonly weight: Float32Array<ArrayBuffer>;
  readonly gradient: Float32Array<ArrayBuffer>;
}

/** A program's module and the memory that it works in. */
export class WasmEngine implements Engine {
  readonly #checked: Checked;
  readonly #module: WebAssembly.Module;
  readonly #description: Description;
  readonly #residents = new Map<string, Resident>();
  #memory = new WebAssembly.Memory({ initial: 0 });
  #exports: WebAssembly.Exports = {};

  constructor(checked: Checked, module: WebAssembly.Module, description: Description) {
    this.#checked = checked;
    this.#module = module;
    this.#description = description;
  }

  /** A parameter's weights, which steps update in place. */
  weight(key: string): Float32Array | undefined {
    return this.#residents.get(key)?.weight;
  }

  /** Where a parameter's gradient may be written, so that it need not be copied. */
  gradient(key: string): Float32Array | undefined {
    return this.#residents.get(key)?.gradient;
  }

  /** Copies all weights to where the caller had them. */
  writeBack(): void {
    for (const { home, weight } of this.#residents.values()) home.set(weight);
  }

  hold(parameters: readonly Held[]): readonly Held[] {
    const bodies = allBodies(this.#checked.program);
    const placeless = parameters.map(({ bound }) => ({
      bound,
      body: this.#description.bodies[bodies.indexOf(bound.body)] as BodyDescription,
    }));
    const { sites, pages } = layOut(placeless, this.#description.free);
    this.#memory = memoryOf(pages);
    this.#exports = new WebAssembly.Instance(this.#module, { host: { memory: this.#memory } }).exports;
    return parameters.map((held, i) => this.#placed(held, sites[i] as Site));
  }

  #placed({ bound, slots }: Held, site: Site): Held {
    const { body, frame, places, sums } = site;
    const { extent, words, constants } = bound;
    const cells = new DataView(this.#memory.buffer, frame, body.frame);
    const integers = { ...extent, word0: words[0], word1: words[1] };
    for (const [name, at] of Object.entries(INTEGERS)) cells.setInt32(at, integers[name as "rows"], true);
    const numbers = new Map(Object.entries(body.numbers));
    for (const [name, value] of constants) cells.setFloat64(numbers.get(name) as number, value, true);
    for (const [i, place] of body.places.entries()) cells.setUint32(place.at, places[i] as number, true);
    for (const [i, { at }] of body.sums.entries()) cells.setUint32(at, sums[i] as number, true);
    const view = (role: Place["role"], name: string) => {
      const i = body.places.findIndex((one) => one.role === role && one.name === name);
      const length = lengthOf((body.places[i] as Place).shape, extent);
      return new Float32Array(this.#memory.buffer, places[i] as number, length);
    };
    const kept = [...slots].map(([name, value]): [string, SlotValue] => {
      if (typeof value === "number") return [name, value];
      const own = view("slot", name);
      own.set(value);
      return [name, own];
    });
    const weight = view("weight", "weight");
    weight.set(bound.data);
    const steps = body.steps.map((step) => this.#ready(step, bound));
    const gradient = view("gradient", "grad");
    this.#residents.set(bound.key, { site, cells, numbers, steps, home: bound.data, weight, gradient });
    return { bound: { ...bound, data: weight }, slots: new Map(kept) };
  }

  #ready(step: StepDescription, { extent }: Bound): Ready {
    if (step.does === "total") return step;
    const call = this.#exports[step.function];
    if (step.does === "scalars") return { does: "scalars", call: call as Scalars };
    return { does: "pass", call: call as Ranged, to: countOf(step, extent) };
  }

  /** All gradients in their places, before any update may change what they share memory with. */
  prepared(gradients: readonly Gradient[]): readonly Float32Array[] {
    const { buffer } = this.#memory;
    const own = gradients.map(({ bound }) => (this.#residents.get(bound.key) as Resident).gradient);
    // Of what stands in other places of this memory a copy is needed: those may be written first.
    const apart = gradients.map(({ gradient }, i) =>
      gradient !== own[i] && gradient.buffer === buffer ? gradient.slice() : gradient,
    );
    for (const [i, place] of own.entries()) {
      const gradient = apart[i] as Float32Array;
      if (gradient !== place) place.set(gradient);
    }
    return own;
  }

  begin(given: Given, shared: Map<string, number>): UnderWay {
    return new WasmUpdate(given, shared, this.#residents.get(given.bound.key) as Resident);
  }
}

/** @throws RunError for more than there can be, or than this process gets */
function memoryOf(pages: number): WebAssembly.Memory {
  try {
    if (pages <= MOST_PAGES) return new WebAssembly.Memory({ initial: pages });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new RunError({
    code: "memory",
    message: `weights, gradients and state take ${Math.ceil(pages / 16)} MiB, which this process cannot have in one memory`,
    path: "parameters",
    hint: "4096 MiB are the most; the reference engine has no such limit",
  });
}

/** How many units a pass goes over: elements, or lines of them. */
function countOf({ over, shape }: Extract<StepDescription, { does: "pass" }>, extent: Extent): number {
  if (over === "elements") return lengthOf(shape, extent);
  return extent.stack * matrixOf(shape, extent).rows;
}

/** An update under way: the steps of a body, one after the other. */
class WasmUpdate implements UnderWay {
  readonly #given: Given;
  readonly #shared: Map<string, number>;
  readonly #resident: Resident;
  #step = 0;

  constructor(given: Given, shared: Map<string, number>, resident: Resident) {
    this.#given = given;
    this.#shared = shared;
    this.#resident = resident;
    for (const [name, value] of given.scalars) this.#set(name, value);
    for (const [name, value] of given.slots) if (typeof value === "number") this.#set(name, value);
  }

  #set(name: string, value: number): void {
    const { cells, numbers } = this.#resident;
    const at = numbers.get(name);
    if (at !== undefined) cells.setFloat64(at, value, true);
  }

  #get(name: string): number {
    const { cells, numbers } = this.#resident;
    return cells.getFloat64(numbers.get(name) as number, true);
  }

  advance(): { readonly at: Waiting; readonly value: number } | undefined {
    const { site, steps } = this.#resident;
    for (const [name, value] of this.#shared) this.#set(name, value);
    for (; this.#step < steps.length; this.#step++) {
      const step = steps[this.#step] as Ready;
      if (step.does === "total") {
        this.#keep();
        return { at: { line: step.line, name: TOTAL }, value: this.#get(TOTAL) };
      }
      if (step.does === "pass") step.call(site.frame, 0, step.to);
      else if (step.call(site.frame) === 1) break;
    }
    this.#step = steps.length;
    this.#keep();
    return undefined;
  }

  take(_: Waiting, sum: number): void {
    this.#set(TOTAL, sum);
    this.#step += 1;
  }

  /** Scalars of the parameter and of all, as the module has left them. */
  #keep(): void {
    const { slots } = this.#given;
    for (const { name, shape } of this.#resident.site.body.slots) {
      if (shape === "scalar") slots.set(name, this.#get(name));
      else if (shape === "shared") this.#shared.set(name, this.#get(name));
    }
  }
}
