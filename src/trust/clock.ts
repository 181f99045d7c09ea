/** trust: the time as the caller tells it. */

/** Seconds by which the clock of whoever signed may be ahead of this one. */
export const DEFAULT_SKEW = 60;
/** The most that a caller may allow: beyond a day, a clock is not late but wrong. */
const MOST_SKEW = 86_400;

/** When it is: both have defaults. */
export interface ClockOptions {
  /** Seconds since 1970-01-01 UTC; default: this machine's clock. */
  readonly now?: number;
  /** Seconds by which a document may be issued ahead of `now`; default `DEFAULT_SKEW`, at most a day. */
  readonly skew?: number;
}

/** A time to compare with. */
export interface Clock {
  readonly now: number;
  readonly skew: number;
}

/** @throws TypeError for what is no time: NaN would be neither before nor after anything */
export function readClock({ now = Date.now() / 1000, skew = DEFAULT_SKEW }: ClockOptions): Clock {
  if (typeof now !== "number" || !Number.isFinite(now) || now < 0)
    throw new TypeError("`now` is a number of seconds since 1970");
  if (typeof skew !== "number" || !(skew >= 0 && skew <= MOST_SKEW))
    throw new TypeError(`\`skew\` is a number of seconds from 0 to ${MOST_SKEW}`);
  return { now, skew };
}

/** Whether a document is from the future, or past its time: `expires` itself is past it. */
export function lateness(
  { issued, expires }: { readonly issued: number; readonly expires: number },
  { now, skew }: Clock,
): "early" | "late" | undefined {
  if (now >= expires) return "late";
  return issued > now + skew ? "early" : undefined;
}
