/** base: times, which documents hold as whole seconds since 1970-01-01 UTC. */

/** A time as people read it, such as `2026-11-21T09:22:55Z`; beyond the range of dates, the seconds as they are. */
export function timeText(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().replace(".000Z", "Z");
}
