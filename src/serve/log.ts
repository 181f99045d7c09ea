/** serve: the log. In: events. Out: a line of JSON each, in ASCII; a reader that is too slow loses lines, and is told how many. */
import { asciiJson } from "./answers.ts";

export type Level = "info" | "warn" | "error";
export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;
export type Log = (level: Level, event: string, fields?: Fields) => void;

/** Lines that may wait for their reader. */
const MOST_WAITING = 1000;
/** Characters of one text: those of messages quote what clients sent. */
const LONGEST = 300;

const shortened = (value: Fields[string]) =>
  typeof value === "string" && value.length > LONGEST ? `${value.slice(0, LONGEST)}...` : value;

/**
 * @param write takes one line, and resolves when it may be given the next
 * @param now seconds since 1970
 */
export function makeLog(write: (line: string) => Promise<void>, now: () => number): Log {
  let waiting = 0;
  let lost = 0;
  const put = (level: Level, event: string, fields: Fields): void => {
    const time = new Date(now() * 1000).toISOString();
    const shown = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, shortened(value)]));
    waiting++;
    // A log that nobody can write to is no reason to stop serving.
    write(`${asciiJson({ time, level, event, ...shown })}\n`)
      .catch(() => undefined)
      .finally(() => {
        waiting--;
      });
  };
  return (level, event, fields = {}) => {
    if (waiting >= MOST_WAITING) {
      lost++;
      return;
    }
    if (lost > 0) put("warn", "log-lines-lost", { lost });
    lost = 0;
    put(level, event, fields);
  };
}
