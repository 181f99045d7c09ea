/** cli: hints that name what was meant, in a file of their own: a command that is spelled right never loads it. */
import { didYouMean } from "../index.ts";

/** A hint with the nearest of the known names, or all of them if they are few. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  return didYouMean(name, known);
}
