/** codec: where inside a value something is, as text. */

import { printable } from "./text.ts";

/** A path such as `groups[0].hyper.lr`; a key that is no plain word stands in brackets, escaped, and cut if it is long. The top is the empty text. */
export function formatPath(steps: readonly (string | number)[]): string {
  let path = "";
  for (const step of steps) {
    if (typeof step === "number") path += `[${step}]`;
    else if (!/^[A-Za-z_][A-Za-z0-9_]{0,39}$/.test(step)) path += `["${printable(step)}"]`;
    else path += path === "" ? step : `.${step}`;
  }
  return path;
}
