/** run: the reference engine, which is the definition: plain loops, on the arrays that it is given. */
import type { SlotValue } from "../spec/optimizer-state.ts";
import type { Engine } from "./engine.ts";
import { prepared } from "./gradient.ts";
import { LazyUpdate } from "./lazy-update.ts";
import { widened } from "./precision.ts";
import type { SlotStart } from "./slots.ts";
import { fillSlot } from "./slots.ts";
import type { UnderWay } from "./update.ts";
import { runUpdates, Update } from "./update.ts";

export const REFERENCE: Engine = Object.freeze({
  hold: (parameters) =>
    parameters.map(({ bound, slots }) => ({
      bound,
      slots: new Map([...slots].map(([name, start]) => [name, ownSlot(start)] as const)),
    })),
  run: (updates, shared, steps) => {
    const gradients = prepared(
      updates.map(({ held, gradient }) => widened(gradient, held.bound.half)),
      steps,
    );
    return runUpdates(
      updates.map((due, i) => (): UnderWay => {
        const ready = { ...due, gradient: gradients[i] as Float32Array };
        const { ranges } = due;
        return ranges === undefined ? new Update(ready, shared) : new LazyUpdate(ready, ranges, shared);
      }),
    );
  },
} satisfies Engine);

function ownSlot(start: SlotStart): SlotValue {
  if (typeof start === "number") return start;
  const own = new Float32Array(start.length);
  fillSlot(own, start);
  return own;
}
