/** run: the reference engine, which is the definition: plain loops, on the arrays that it is given. */
import type { Engine } from "./engine.ts";
import { prepared } from "./gradient.ts";
import { runUpdates, Update } from "./update.ts";

export const REFERENCE: Engine = Object.freeze({
  hold: (parameters) => parameters,
  run: (updates, shared, steps) => {
    const gradients = prepared(
      updates.map(({ gradient }) => gradient),
      steps,
    );
    return runUpdates(
      updates.map((due, i) => () => new Update({ ...due, gradient: gradients[i] as Float32Array }, shared)),
    );
  },
} satisfies Engine);
