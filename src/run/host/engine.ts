/** run: an engine that runs a program's WebAssembly module, on parameters in the module's memories. */
import type { Checked } from "../../spec/gates.ts";
import type { Changing, Due, Engine, Held, Starting, Stepping } from "../engine.ts";
import { RunError } from "../errors.ts";
import { detached } from "../parameters.ts";
import type { Manners } from "../threads/crew.ts";
import { Crew } from "../threads/crew.ts";
import type { Hands } from "../threads/hands.ts";
import { OneHand } from "../threads/hands.ts";
import type { Spawn } from "../threads/spawn.ts";
import { runUpdates } from "../update.ts";
import type { Description } from "../wasm/description.ts";
import { allBodies } from "../wasm/module.ts";
import { bodiesOfType } from "./bodies.ts";
import { Dividing, PLAINLY } from "./dividing.ts";
import { layOut } from "./layout.ts";
import { packsOf } from "./packs.ts";
import { Plan } from "./plan.ts";
import type { Calls, Memory, Resident } from "./resident.ts";
import { settle } from "./resident.ts";

/** How many threads work on a step, and how helpers are started. */
export interface Threads {
  readonly count: number;
  readonly spawn: Spawn;
  readonly manners?: Manners;
}

/** A module in memory, and the passes that are its functions, in order. */
interface Loaded {
  readonly memories: readonly Memory[];
  readonly hands: Hands;
}

/** A program's module and the memories that it works in. */
export class WasmEngine implements Engine {
  readonly #checked: Checked;
  readonly #module: WebAssembly.Module;
  readonly #description: Description;
  readonly #threads: Threads | undefined;
  #residents: ReadonlyMap<string, Resident> = new Map();
  /** Absent where nothing is divided by scalars. */
  readonly #dividing: Dividing | undefined;
  /** That of the last step. */
  #plan: Plan | undefined;
  #loaded: Loaded = { memories: [], hands: new OneHand() };

  /** `threads`: absent where the calling thread works alone. */
  constructor(
    checked: Checked,
    module: WebAssembly.Module,
    description: Description,
    threads: Threads | undefined,
  ) {
    this.#checked = checked;
    this.#module = module;
    this.#description = description;
    this.#threads = threads;
    const divides = description.bodies.some(({ reciprocals }) => reciprocals !== undefined);
    this.#dividing = divides ? new Dividing() : undefined;
  }

  resident(key: string): Resident | undefined {
    return this.#residents.get(key);
  }

  /** Copies all weights to where the caller had them. @throws RunError if one of those arrays is gone: nothing is copied then */
  writeBack(): void {
    for (const { bound, home, weight } of this.#residents.values()) {
      if (home.length !== weight.length) throw detached(`parameters.${bound.key}`);
    }
    for (const { home, weight } of this.#residents.values()) home.set(weight);
  }

  /** @throws RunError `thread` where the last step was not made to its end, or threads have ended since */
  refuseMissing(): void {
    this.#loaded.hands.refuseMissing();
  }

  /** Ends the helpers; the calling thread works alone from then on. */
  close(): Promise<void> {
    const { hands } = this.#loaded;
    this.#loaded = { ...this.#loaded, hands: new OneHand() };
    this.#plan = undefined;
    return hands.close();
  }

  hold(parameters: readonly Starting[]): readonly Held[] {
    const bodies = allBodies(this.#checked.program);
    const packs = packsOf(
      parameters.map(({ bound }) => bound),
      ({ body, half }) => bodiesOfType(this.#description, bodies.indexOf(body), half),
    );
    const { sites, pages } = layOut(packs, this.#description.free);
    this.#loaded = this.#load(pages);
    const slots = new Map(parameters.map(({ bound, slots: own }) => [bound.key, own]));
    const residents = packs.flatMap((pack, i) => {
      const site = sites[i] as (typeof sites)[number];
      return settle(pack, site, this.#loaded.memories[site.memory] as Memory, slots);
    });
    this.#residents = new Map(residents.map((resident) => [resident.bound.key, resident]));
    return parameters.map(({ bound: { key } }) => this.#residents.get(key) as Resident);
  }

  #load(pages: readonly number[]): Loaded {
    const isShared = this.#threads !== undefined;
    const buffers = pages.map((count) => memoryOf(count, isShared));
    const names = passesOf(this.#description);
    const memories = buffers.map((memory, number): Memory => {
      const { exports } = new WebAssembly.Instance(this.#module, { host: { memory } });
      const numbers = new Map(names.map((name, i) => [name, i]));
      return { number, buffer: memory.buffer, calls: exports as Calls, numbers };
    });
    if (this.#threads === undefined) return { memories, hands: new OneHand() };
    const { count, spawn, manners } = this.#threads;
    const shared = { module: this.#module, memories: buffers, names };
    return { memories, hands: new Crew(shared, count, spawn, manners) };
  }

  run(updates: readonly Due[], scalars: readonly Changing[], shared: Map<string, number>): Stepping {
    this.#loaded.hands.refuseMissing();
    const plan = this.#planFor(updates, scalars);
    plan.takeGradients();
    // Steps of some parameters, or of some rows, cannot be compared with others.
    const isWhole = updates.length === this.#residents.size && !updates.some(({ ranges }) => ranges);
    const division = this.#dividing?.begin(isWhole) ?? PLAINLY;
    const stepping = runUpdates(plan.begin(scalars, shared, division.byReciprocals));
    return division.end === undefined ? stepping : timed(stepping, division.end);
  }

  #planFor(updates: readonly Due[], scalars: readonly Changing[]): Plan {
    if (this.#plan?.serves(updates, scalars)) return this.#plan;
    const { memories, hands } = this.#loaded;
    const plan = new Plan(updates, scalars, new Set(memories.map(({ buffer }) => buffer)), hands);
    // Of gradients that are the caller's nothing is kept.
    this.#plan = plan.takesNothing ? plan : undefined;
    return plan;
  }
}

function* timed(stepping: Stepping, end: () => void): Stepping {
  yield* stepping;
  end();
}

/** The functions that go over ranges. */
const passesOf = ({ bodies }: Description): readonly string[] =>
  bodies.flatMap(({ steps }) => steps.flatMap((step) => (step.does === "pass" ? [step.function] : [])));

/** @throws RunError for more than this process gets */
function memoryOf(pages: number, shared: boolean): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: pages, ...(shared ? { maximum: pages, shared } : {}) });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RunError({
      code: "memory",
      message: `weights, gradients and state take ${Math.ceil(pages / 16)} MiB more than this process can have`,
      path: "parameters",
    });
  }
}
