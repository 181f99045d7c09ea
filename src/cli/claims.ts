/** cli: what is claimed of what is signed, as the options say it. */
import type { Claims } from "../index.ts";
import { timeText } from "../index.ts";
import { optional } from "./arguments.ts";
import type { Arguments } from "./command.ts";
import type { Io } from "./io.ts";
import { readDuration, readWhole } from "./values.ts";

/** When, and after what: the sequence is the time where none is given, and at least `least`. */
export function readTimes(
  args: Arguments,
  io: Io,
  least = 0,
): Pick<Claims, "sequence" | "issued" | "expires"> {
  const issued = Math.floor(io.now());
  return {
    sequence: readWhole("sequence", optional(args, "sequence") ?? String(Math.max(issued, least))),
    issued,
    expires: issued + readDuration("expires", optional(args, "expires") ?? "30d"),
  };
}

/** What was done, and for whom. */
export function claimsText(what: string, { job, audience, sequence, expires }: Claims): string {
  return `${what} for job ${job}, audience ${audience.join(", ")}, sequence ${sequence}, until ${timeText(expires)}`;
}
