/** run: the gradients that an optimizer is handed, held against its parameters. */
import type { GradientSteps } from "../spec/tree.ts";
import type { Due } from "./engine.ts";
import { RunError } from "./errors.ts";
import type { Bound, Key } from "./parameters.ts";
import { detached } from "./parameters.ts";
import type { Numbers } from "./precision.ts";
import { checkRows, isLazy, isRowGradient, rangesOf, rowSize, scatter } from "./rows.ts";

/**
 * A gradient that fits its parameter, and where it belongs if an update leaves all else as it is; a copy of one that shares memory
 * with any weights, which change under it.
 * @throws RunError if it does not fit.
 */
export function checkGradient(
  key: Key,
  gradient: unknown,
  bound: Bound,
  { memory, steps }: Around,
): Pick<Due, "gradient" | "ranges"> {
  const path = `gradients.${key}`;
  const { data, extent } = bound;
  if (!isRowGradient(gradient)) {
    const own = checkNumbers(path, gradient, bound, extent.size);
    return { gradient: memory.has(own.buffer) ? own.slice() : own };
  }
  const rows = checkRows(path, gradient.rows, bound);
  const size = rowSize(bound);
  const own = checkNumbers(path, gradient.data, bound, rows.length * size);
  const ranges = rangesOf(rows, size);
  if (isLazy(bound, steps, path)) return { gradient: memory.has(own.buffer) ? own.slice() : own, ranges };
  const whole = own instanceof Float32Array ? new Float32Array(data.length) : new Uint16Array(data.length);
  return { gradient: scatter(whole, ranges, own) };
}

/** What gradients are held against besides their parameter: the memory that weights stand in, and the spec's own steps. */
export interface Around {
  readonly memory: ReadonlySet<ArrayBufferLike>;
  readonly steps: GradientSteps;
}

function checkNumbers(path: string, given: unknown, { data, extent, half }: Bound, length: number): Numbers {
  if (!(given instanceof Float32Array || (half !== undefined && given instanceof Uint16Array))) {
    const message = `the gradient is not a Float32Array${half === undefined ? "" : ` nor a Uint16Array with the bits of ${half}`}`;
    throw new RunError({ code: "gradient-type", message, path });
  }
  if (data.length !== extent.size) throw detached(path);
  if (given.length !== length) {
    const message = `${given.length} numbers for ${length === data.length ? "a parameter" : "rows"} of ${length}`;
    throw new RunError({ code: "gradient-length", message, path });
  }
  return given;
}
