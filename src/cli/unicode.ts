/** cli: whether a terminal shows more than ASCII. In: the environment. Out: yes or no. */
import type { Io } from "./io.ts";

/** Without a locale there is one of today's terminals, or a file; the console of Linux has no Braille. */
export function showsUnicode(env: Io["env"]): boolean {
  const locale = env("LC_ALL") || env("LC_CTYPE") || env("LANG") || "UTF-8";
  return /utf-?8/i.test(locale) && env("TERM") !== "linux";
}
