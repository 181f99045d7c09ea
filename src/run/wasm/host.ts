/** run: an engine that runs a program's WebAssembly module in the calling thread, on parameters in the module's memory. */
import type { Checked } from "../../spec/gates.ts";
import { checkedGate } from "../../spec/gates.ts";
import type { OptimizerState, SlotValue } from "../../spec/optimizer-state.ts";
import { SHAPES } from "../../spec/types.ts";
import { lengthOf } from "../extent.ts";
import type { Engine, Gradient, Held, Parameters } from "../optimizer.ts";
import { Optimizer } from "../optimizer.ts";
import type { Bound } from "../parameters.ts";
import type { Given, UnderWay, Waiting } from "../update.ts";
import type { BodyDescription, Description, Place } from "./description.ts";
import { INTEGERS } from "./frame.ts";
import { TOTAL } from "./lower.ts";
import type { Written } from "./module.ts";
import { allBodies, writeModule } from "./module.ts";

const PAGE = 65536;
const LINE = 64;
const BLOCK = 1024;
const MOST_PAGES = 65536;

type Ranged = (frame: number, from: number, to: number) => void;
type Scalars = (frame: number) => number;

/** Gives out memory from a place on, on lines of 64 bytes. */
class Layout {
  #end: number;

  constructor(start: number) {
    this.#end = start;
  }

  take(bytes: number): number {
    const at = Math.ceil(this.#end / LINE) * LINE;
    this.#end = at + bytes;
    return at;
  }

  get pages(): number {
    return Math.ceil(this.#end / PAGE);
  }
}

/** Where one parameter's things are, in bytes. */
interface Site {
  readonly body: BodyDescription;
  readonly frame: number;
  /** By place, as `body.places` has them. */
  readonly places: readonly number[];
  readonly sums: readonly number[];
}

/** A program's module and the memory that it works in. */
export class WasmEngine implements Engine {
  readonly #checked: Checked;
  readonly #module: WebAssembly.Module;
  readonly #description: Description;
  readonly #sites = new Map<string, Site>();
  readonly #gradients = new Map<string, Float32Array>();
  readonly #weights = new Map<string, Float32Array>();
  #memory = new WebAssembly.Memory({ initial: 0 });
  #exports: WebAssembly.Exports = {};

  constructor(checked: Checked, module: WebAssembly.Module, description: Description) {
    this.#checked = checked;
    this.#module = module;
    this.#description = description;
  }

  /** A parameter's weights, which steps update in place. */
  weight(key: string): Float32Array | undefined {
    return this.#weights.get(key);
  }

  /** Where a parameter's gradient may be written, so that it need not be copied. */
  gradient(key: string): Float32Array | undefined {
    return this.#gradients.get(key);
  }

  hold(parameters: readonly Held[]): readonly Held[] {
    const layout = new Layout(this.#description.memory.free);
    const bodies = allBodies(this.#checked.program);
    const scratch = new Scratch(layout);
    for (const { bound } of parameters) {
      const body = this.#description.bodies[bodies.indexOf(bound.body)] as BodyDescription;
      this.#sites.set(bound.key, siteOf(bound, body, layout, scratch));
    }
    if (layout.pages > MOST_PAGES) throw new RangeError(`${layout.pages} pages of memory, and 4 GiB are the most`);
    this.#memory = new WebAssembly.Memory({ initial: Math.max(1, layout.pages) });
    const instance = new WebAssembly.Instance(this.#module, { host: { memory: this.#memory } });
    this.#exports = instance.exports;
    return parameters.map((held) => this.#placed(held));
  }

  #view(at: number, length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#memory.buffer, at, length);
  }

  #placed({ bound, slots }: Held): Held {
    const { body, frame, places, sums } = this.#sites.get(bound.key) as Site;
    const { extent, words, constants } = bound;
    const cells = new DataView(this.#memory.buffer, frame, body.frame);
    const integers = { ...extent, word0: words[0], word1: words[1] };
    for (const [name, at] of Object.entries(INTEGERS)) cells.setInt32(at, integers[name as "rows"], true);
    for (const [name, value] of constants) cells.setFloat64(body.numbers[name] as number, value, true);
    for (const [i, place] of body.places.entries()) cells.setUint32(place.at, places[i] as number, true);
    for (const [i, { at }] of body.sums.entries()) cells.setUint32(at, sums[i] as number, true);
    const view = (name: string) => {
      const place = body.places.findIndex((one) => one.name === name);
      return this.#view(places[place] as number, lengthOf((body.places[place] as Place).shape, extent));
    };
    const kept = [...slots].map(([name, value]): [string, SlotValue] => {
      if (typeof value === "number") return [name, value];
      const own = view(name);
      own.set(value);
      return [name, own];
    });
    const data = view("weight");
    data.set(bound.data);
    this.#weights.set(bound.key, data);
    this.#gradients.set(bound.key, view("grad"));
    return { bound: { ...bound, data }, slots: new Map(kept) };
  }

  /** All gradients in their places, before any update may change what they share memory with. */
  prepared(gradients: readonly Gradient[]): readonly Float32Array[] {
    return gradients.map(({ bound, gradient }) => {
      const own = this.#gradients.get(bound.key) as Float32Array;
      if (gradient !== own) own.set(gradient);
      return own;
    });
  }

  begin(given: Given, shared: Map<string, number>): UnderWay {
    const { key } = given.bound;
    const site = this.#sites.get(key) as Site;
    const cells = new DataView(this.#memory.buffer, site.frame, site.body.frame);
    return new WasmUpdate(given, shared, site, cells, this.#exports);
  }
}

/** Scratch memory, which all parameters use in turn. */
class Scratch {
  readonly #layout: Layout;
  readonly #lengths = new Map<string, number>();
  readonly #places = new Map<string, number>();

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /** Memory that is a parameter's own. */
  own(floats: number): number {
    return this.#layout.take(4 * floats);
  }

  /** Memory of that number, which is large enough for all that have asked. */
  shared(_number: string, floats: number): number {
    return this.own(floats);
  }

  get kept(): number {
    return this.#lengths.size + this.#places.size;
  }
}

function siteOf(bound: Bound, body: BodyDescription, layout: Layout, scratch: Scratch): Site {
  const { extent } = bound;
  const lengthAs = (shape: Place["shape"]) => lengthOf(shape, extent);
  return {
    body,
    frame: layout.take(body.frame),
    places: body.places.map(({ shape }) => scratch.own(lengthAs(shape))),
    sums: body.sums.map(({ shape }) => layout.take(8 * Math.ceil(lengthAs(shape) / BLOCK))),
  };
}

/** An update under way: the steps of a body, one after the other. */
class WasmUpdate implements UnderWay {
  readonly #given: Given;
  readonly #shared: Map<string, number>;
  readonly #site: Site;
  readonly #cells: DataView;
  readonly #exports: WebAssembly.Exports;
  #step = 0;

  constructor(given: Given, shared: Map<string, number>, site: Site, cells: DataView, exports: WebAssembly.Exports) {
    this.#given = given;
    this.#shared = shared;
    this.#site = site;
    this.#cells = cells;
    this.#exports = exports;
    for (const [name, value] of given.scalars) this.#set(name, value);
    for (const [name, value] of given.slots) if (typeof value === "number") this.#set(name, value);
  }

  #set(name: string, value: number): void {
    const at = this.#site.body.numbers[name];
    if (at !== undefined) this.#cells.setFloat64(at, value, true);
  }

  #get(name: string): number {
    return this.#cells.getFloat64(this.#site.body.numbers[name] as number, true);
  }

  advance(): { readonly at: Waiting; readonly value: number } | undefined {
    const { steps } = this.#site.body;
    for (const [name, value] of this.#shared) this.#set(name, value);
    for (; this.#step < steps.length; this.#step++) {
      const step = steps[this.#step] as (typeof steps)[number];
      if (step.does === "total") {
        this.#keep();
        return { at: { line: step.line, name: TOTAL }, value: this.#get(TOTAL) };
      }
      if (step.does === "pass") this.#pass(step);
      else if ((this.#exports[step.function] as Scalars)(this.#site.frame) === 1) break;
    }
    this.#step = steps.length;
    this.#keep();
    return undefined;
  }

  #pass({ function: name, over, shape }: Extract<BodyDescription["steps"][number], { does: "pass" }>): void {
    const { extent } = this.#given.bound;
    const count = lengthOf(shape, extent);
    const isLines = over === "lines";
    const side = shape.endsWith("R") ? extent.rows : shape.endsWith("C") ? extent.cols : 1;
    const to = isLines ? (side === 0 ? 0 : count / side) : count;
    (this.#exports[name] as Ranged)(this.#site.frame, 0, to);
  }

  take(_: Waiting, sum: number): void {
    this.#set(TOTAL, sum);
    this.#step += 1;
  }

  /** Scalars of the parameter and of all, as the module has left them. */
  #keep(): void {
    const { slots } = this.#given;
    for (const { name, shape } of this.#site.body.slots) {
      if (shape === "scalar") slots.set(name, this.#get(name));
      else if (shape === "shared") this.#shared.set(name, this.#get(name));
    }
  }
}

/** A rule as WebAssembly. */
export interface WasmRule extends Written {
  attach(
    parameters: Parameters,
    state?: OptimizerState,
  ): { readonly optimizer: Optimizer; readonly engine: WasmEngine };
}

/** Compiles a checked spec to a module. @throws TypeError for anything that `check` has not returned. */
export function compileWasm(checked: Checked): WasmRule {
  if (!checkedGate.knows(checked)) throw new TypeError("compileWasm takes what `check` returned");
  const written = writeModule(checked);
  const module = new WebAssembly.Module(written.bytes);
  return Object.freeze({
    ...written,
    attach(parameters: Parameters, state?: OptimizerState) {
      const engine = new WasmEngine(checked, module, written.description);
      return { engine, optimizer: new Optimizer(checked, parameters, state, engine) };
    },
  });
}
void SHAPES;
