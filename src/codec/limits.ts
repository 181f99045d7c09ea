/** codec: limits that a caller states, completed and checked. */
import type { Limits } from "../base/limits.ts";
import { DEFAULT_LIMITS } from "../base/limits.ts";

/**
 * The deepest nesting that can be asked for. msgpackr and the encoder descend by recursion, one frame or two a level, so
 * this bounds their stack to a small part of what engines give a call.
 */
export const MOST_DEPTH = 512;

/**
 * Takes any subset of the limits, gives all of them; what is left out has its default.
 *
 * @throws TypeError if a limit is no positive safe integer, or `depth` is above `MOST_DEPTH`: the calling program's mistake.
 */
export function completeLimits(limits?: Partial<Limits>): Limits {
  if (limits === undefined) return DEFAULT_LIMITS;
  const depth = limitOf(limits, "depth");
  if (depth > MOST_DEPTH) throw new TypeError(`limit \`depth\` is above ${MOST_DEPTH}`);
  return { bytes: limitOf(limits, "bytes"), depth, nodes: limitOf(limits, "nodes") };
}

function limitOf(limits: Partial<Limits>, name: keyof Limits): number {
  const limit = Object.hasOwn(limits, name) ? limits[name] : undefined;
  if (limit === undefined) return DEFAULT_LIMITS[name];
  if (Number.isSafeInteger(limit) && limit >= 1) return limit;
  throw new TypeError(`limit \`${name}\` is not a positive integer`);
}
