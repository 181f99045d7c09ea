/** legacy: how many updates a pickled MXNet optimizer has counted, as the place from which a spec resumes. */
import type { Fact } from "../pickle/facts.ts";
import type { Ledger } from "../report.ts";
import type { KeyOf } from "./fields.ts";
import { pathOf } from "./read-fields.ts";

export interface Counting {
  readonly begin: number;
  readonly updates: number;
  readonly counts: ReadonlyMap<KeyOf, number>;
}

type Counts = ReadonlyMap<KeyOf, number>;

/** An optimizer's fields by name, and where they stand. */
export interface Seen {
  readonly own: ReadonlyMap<string, unknown>;
  readonly at: string;
  readonly fact: (name: string) => Fact;
}

/**
 * Counts as a server goes on from them: it keeps its arrays on cpu(0), so from 1.5 on its updater counts on device 0,
 * whichever device the worker used last.
 */
export function readCounts({ own, at, fact }: Seen, ledger: Ledger): Counting {
  const begin = (own.get("begin_num_update") ?? 0) as number;
  const devices = own.get("_all_index_update_counts") as ReadonlyMap<number, Counts> | undefined;
  const single = (own.get("_index_update_count") ?? new Map()) as Counts;
  // An optimizer inside another is never told the device: it goes on counting where it was.
  const counts = devices === undefined || at !== "" ? single : (devices.get(0) ?? new Map<KeyOf, number>());
  const highest = Math.max(begin, (own.get("num_update") ?? 0) as number);
  // Not spread over arguments: a file may hold more of them than a call takes.
  const updates = [...counts.values()].reduce((most, count) => Math.max(most, count), highest);
  const tell = (name: string, is: boolean, to: string, why: string): void => {
    if (!own.has(name)) return;
    if (is) ledger.keep(pathOf(at, name), fact(name), to);
    else ledger.drop(pathOf(at, name), fact(name), why);
  };
  tell("begin_num_update", begin > 0, "resume.begin", "is 0, where counting starts anyway");
  tell("num_update", updates > 0, "resume.updates", "is 0, where counting starts anyway");
  if (devices === undefined) tell("_index_update_count", counts.size > 0, "resume.counts", "is empty");
  else {
    const none = "holds no counts for device 0, where a server counts";
    tell("_all_index_update_counts", counts.size > 0, "resume.counts", none);
    tell("_index_update_count", false, "", "is one of _all_index_update_counts under another name");
  }
  return { begin, updates, counts };
}

/** The `resume` of a spec; nothing where an optimizer is as new. */
export function resumeOf(
  { begin, updates, counts }: Counting,
  schedule: { readonly [slot: string]: number } | undefined,
  hasMoved: boolean,
): { resume?: unknown } {
  if (begin === 0 && updates === 0 && counts.size === 0 && !hasMoved) return {};
  return {
    resume: {
      ...(begin === 0 ? {} : { begin }),
      ...(counts.size === 0 ? {} : { counts: Object.fromEntries(counts) }),
      updates,
      ...(schedule === undefined ? {} : { schedule }),
    },
  };
}
