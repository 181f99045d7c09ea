/** spec: which parameters a group is for. */
import type { Match } from "./tree.ts";

const INTEGER_KEY = /^(0|[1-9][0-9]*)$/;

/** Whether a group's match names this parameter. Prefixes and suffixes are for text keys alone. */
export function matches(match: Match, key: string): boolean {
  if (match.name?.includes(key)) return true;
  if (INTEGER_KEY.test(key)) return match.index?.includes(Number(key)) ?? false;
  return (
    (match.prefix?.some((prefix) => key.startsWith(prefix)) ?? false) ||
    (match.suffix?.some((suffix) => key.endsWith(suffix)) ?? false)
  );
}
