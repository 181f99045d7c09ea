/** run: what an optimizer asks of an engine, and what an engine asks of whoever drives it. */
import type { SlotValue } from "../spec/optimizer-state.ts";
import type { GradientSteps } from "../spec/tree.ts";
import type { Bound } from "./parameters.ts";
import type { Numbers } from "./precision.ts";
import type { Range } from "./rows.ts";
import type { SlotStart } from "./slots.ts";

/** A parameter, and what its slots start from. */
export interface Starting {
  readonly bound: Bound;
  readonly slots: ReadonlyMap<string, SlotStart>;
}

/** A parameter with its slots, wherever those are kept. */
export interface Held {
  readonly bound: Bound;
  readonly slots: Map<string, SlotValue>;
  /** Arrays of the engine's own that a gradient may be handed over in. */
  readonly gradients?: readonly Numbers[];
}

/** What changes from update to update: the count, and what the schedule drives. */
export type Changing = readonly (readonly [name: string, value: number])[];

/** One update of one parameter that is to be made. */
export interface Due {
  /** As the engine's `hold` gave it back. */
  readonly held: Held;
  /** In 16 bits only where the weights are. */
  readonly gradient: Numbers;
  /** Where the gradient's numbers belong, if the update leaves all others as they are. */
  readonly ranges?: readonly Range[];
}

/** Work that may be done by many hands: at once, in the calling thread and its helpers, or while the caller does other things. */
export interface Work {
  now(): void;
  later(): Promise<void>;
}

/** A step under way: each piece of work has to be done before the next is asked for. */
export type Stepping = Generator<Work, void, void>;

/** What works out updates, and where their numbers are while it does. */
export interface Engine {
  /** Takes parameters and slots over; gives back where they are from now on. */
  hold(parameters: readonly Starting[]): readonly Held[];
  /**
   * Makes the updates of one step, in their order, after the spec's own steps on gradients.
   * @param updates the same list again where it is that of the step before
   * @param scalars of each update what changes: one object for those that have the same
   * @param shared what the rule keeps for all parameters
   * @throws before anything is written, if it cannot be done
   */
  run(
    updates: readonly Due[],
    scalars: readonly Changing[],
    shared: Map<string, number>,
    steps: GradientSteps,
  ): Stepping;
}
