/** cli: the values of options, read strictly. */
import type { HyperValue } from "../index.ts";
import { UsageError } from "./errors.ts";

/** The forms of an envelope. */
export const FORMS = ["json", "binary"] as const;

const UNITS: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["s", 1],
  ["m", 60],
  ["h", 3600],
  ["d", 86_400],
]);

/** Seconds of `90`, `90s`, `90m`, `12h` or `30d`. @throws UsageError */
export function readDuration(option: string, text: string): number {
  const [, digits = "", unit = ""] = /^([1-9][0-9]{0,14})([smhd]?)$/.exec(text) ?? [];
  const seconds = Number(digits) * (UNITS.get(unit) as number);
  // A tenth of all whole numbers, so that adding the present time stays among them.
  if (digits === "" || seconds > Number.MAX_SAFE_INTEGER / 10)
    throw new UsageError(
      `\`--${option} ${text}\` is no time`,
      "seconds, or a number with s, m, h or d, such as 30d",
    );
  return seconds;
}

/** A whole number from `least` to 2^53 - 1, in decimal. @throws UsageError */
export function readWhole(option: string, text: string, least = 0): number {
  const value = /^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < least)
    throw new UsageError(
      `\`--${option} ${text}\` is no whole number from ${least} to 2^53 - 1`,
      `write it in digits, such as --${option} ${Math.max(least, 1)}`,
    );
  return value;
}

export interface NamedBound {
  readonly name: string;
  readonly min?: number;
  readonly max?: number;
}

/** `NAME=MIN:MAX`, either side of the colon optional. @throws UsageError */
export function readBound(option: string, text: string): NamedBound {
  const [, name = "", low = "", high = ""] = /^([A-Za-z_][A-Za-z0-9_]*)=([^:]*):([^:]*)$/.exec(text) ?? [];
  const [min, max] = [low, high].map(readNumber);
  if (name === "" || (low === "" && high === "") || Number.isNaN(min) || Number.isNaN(max))
    throw new UsageError(
      `\`--${option} ${text}\` is no bound`,
      "write NAME=MIN:MAX, such as learning_rate=0:1",
    );
  return {
    name,
    ...(low === "" ? {} : { min: min as number }),
    ...(high === "" ? {} : { max: max as number }),
  };
}

function readNumber(text: string): number {
  const value = /^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$/.test(text) ? Number(text) : Number.NaN;
  return text === "" || Number.isFinite(value) ? value || 0 : Number.NaN;
}

/** A value for a hyperparameter, of one group or of all. */
export interface Setting {
  readonly group: number | undefined;
  readonly name: string;
  readonly value: HyperValue;
}

/** `NAME=VALUE` or `groups[0].NAME=VALUE`, the value as JSON or one bare word. @throws UsageError */
export function readSetting(option: string, text: string): Setting {
  const [, group, name = "", said = ""] =
    /^(?:groups\[(0|[1-9][0-9]{0,3})\]\.)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text) ?? [];
  const value = readHyper(said);
  if (name === "" || value === undefined)
    throw new UsageError(
      `\`--${option} ${text}\` sets nothing`,
      "write NAME=VALUE, such as learning_rate=0.01, betas=[0.9,0.99] or groups[0].wd=0",
    );
  return { group: group === undefined ? undefined : Number(group), name, value };
}

function readHyper(text: string): HyperValue | undefined {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(text) && !["true", "false", "null"].includes(text)) return text;
  try {
    const value: unknown = JSON.parse(text);
    const isPlain = Array.isArray(value) || typeof value !== "object" || value === null;
    return isPlain && typeof value !== "string" ? (value as HyperValue) : undefined;
  } catch {
    return undefined;
  }
}

/** `NAME` or `NAME=FACTOR`; the name may be `*`. @throws UsageError */
export function readFactor(option: string, text: string): readonly [string, { readonly factor?: number }] {
  const [, name = "", said] = /^(\*|[A-Za-z_][A-Za-z0-9_]*)(?:=(.*))?$/s.exec(text) ?? [];
  const factor = said === undefined ? 1 : readNumber(said);
  if (name === "" || said === "" || !(factor >= 1))
    throw new UsageError(
      `\`--${option} ${text}\` allows nothing`,
      "write NAME, or NAME=FACTOR with a factor from 1, such as learning_rate=2",
    );
  return [name, said === undefined ? {} : { factor }];
}

/** `R/N`: which server, from 0, and of how many. @throws UsageError */
export function readRank(option: string, text: string): { readonly rank: number; readonly servers: number } {
  const [, first = "", second = ""] = /^(0|[1-9][0-9]{0,4})\/([1-9][0-9]{0,4})$/.exec(text) ?? [];
  const [rank, servers] = [Number(first), Number(second)];
  if (second === "" || rank >= servers)
    throw new UsageError(
      `\`--${option} ${text}\` is no server's place`,
      "write R/N: the server's number from 0, and how many there are, such as 0/2",
    );
  return { rank, servers };
}

/** `NAME=CLASS`. @throws UsageError */
export function readPair(option: string, text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1)
    throw new UsageError(
      `\`--${option} ${text}\` is no pair`,
      "write NAME=CLASS, such as lion.rule=train.optim.Lion",
    );
  return [text.slice(0, at), text.slice(at + 1)];
}

/** One of a few words. @throws UsageError */
export function readChoice<T extends string>(option: string, text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (found === undefined)
    throw new UsageError(`\`--${option} ${text}\` is not known`, `one of: ${choices.join(", ")}`);
  return found;
}
