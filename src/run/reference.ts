/** run: the reference engine, which is the definition: plain loops, on the arrays that it is given. */
import type { SlotValue } from "../spec/optimizer-state.ts";
import type { Changing, Engine } from "./engine.ts";
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
  run: (updates, scalars, shared, steps) => {
    const gradients = prepared(
      updates.map(({ held, gradient }) => widened(gradient, held.bound.half)),
      steps,
    );
    return runUpdates(
      updates.map((due, i) => {
        const ready = { ...due, gradient: gradients[i] as Float32Array, scalars: scalars[i] as Changing };
        const { ranges } = due;
        return ranges === undefined
          ? atItsTurn(() => new Update(ready, shared))
          : new LazyUpdate(ready, ranges, shared);
      }),
    );
  },
} satisfies Engine);

/** An update that is made when it begins: what all share may have changed until then. */
function atItsTurn(make: () => UnderWay): UnderWay {
  let made: UnderWay | undefined;
  const own = () => {
    made ??= make();
    return made;
  };
  return { advance: () => own().advance(), take: (at, sum) => own().take(at, sum) };
}

function ownSlot(start: SlotStart): SlotValue {
  if (typeof start === "number") return start;
  const own = new Float32Array(start.length);
  fillSlot(own, start);
  return own;
}
