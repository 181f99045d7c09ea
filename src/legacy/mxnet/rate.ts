/** legacy: the learning rate of a pickled MXNet optimizer: its own, or its scheduler's. */
import type { Fact } from "../pickle/facts.ts";
import { quoted } from "../pickle/text.ts";
import { objectOf } from "../pickle/values.ts";
import type { Ledger } from "../report.ts";
import { inWords } from "../report.ts";
import type { Counting, Seen } from "./counts.ts";
import type { FoundOptimizer } from "./identify.ts";
import { fullName } from "./identify.ts";
import { pathOf } from "./read-fields.ts";
import type { Release } from "./releases.ts";
import { releasesInWords } from "./releases.ts";
import type { ConvertedSchedule } from "./scheduler.ts";
import { convertScheduler } from "./scheduler.ts";
import { scheduleInForce } from "./text-in-force.ts";

const NO_RATE = "is not read: this class has no learning rate";

/**
 * The schedule, or `undefined` where there is none or after a refusal in the ledger.
 * @param rateName the hyperparameter that it drives; `undefined` if the optimizer asks for no rate at all
 */
export function convertSchedule(
  found: FoundOptimizer,
  release: Release,
  rateName: string | undefined,
  { updates }: Counting,
  ledger: Ledger,
): ConvertedSchedule | undefined {
  const fact = found.object.fields.get("lr_scheduler");
  const path = pathOf(found.at, "lr_scheduler");
  if (fact === undefined || fact.kind === "none" || rateName === undefined) {
    if (fact !== undefined) ledger.drop(path, fact, fact.kind === "none" ? "there is none" : NO_RATE);
    return undefined;
  }
  const { scheduler } = found;
  if (scheduler === undefined) {
    const object = objectOf(fact);
    const what = object === undefined ? inWords(fact) : quoted(fullName(object));
    ledger.refuse("unknown-class", path, fact, `${what} is no scheduler of MXNet`, WRITE_IT);
    return undefined;
  }
  const { said, cls } = scheduler.target;
  if (said !== undefined)
    ledger.guess(`${path}.class`, fact, fullName(scheduler.object), said, "the caller says so");
  const text = scheduleInForce(scheduler, release);
  if (text !== undefined) return convertScheduler(scheduler, text, release, updates, rateName, ledger);
  const why = `is \`${cls.className}\`, which MXNet ${releasesInWords([release])} has not`;
  ledger.refuse("unsupported", path, fact, why, WRITE_IT);
  return undefined;
}

const WRITE_IT =
  "write the schedule as text, a few lines for which no server needs the class, and name the file: --name FILE=CLASS";

/** The rate in force, or `undefined` after a refusal in the ledger. */
export function convertRate(
  { own, at, fact }: Seen,
  schedule: ConvertedSchedule | undefined,
  hasScheduler: boolean,
  to: string,
  ledger: Ledger,
): number | undefined {
  const path = pathOf(at, "lr");
  const lr = own.get("lr") as number | null | undefined;
  if (schedule?.base !== undefined || (schedule === undefined && hasScheduler)) {
    const why = "is not read while there is a scheduler, whose base_lr is in force";
    if (lr !== undefined) ledger.drop(path, fact("lr"), why);
    return schedule?.base;
  }
  if (typeof lr === "number") {
    ledger.keep(path, fact("lr"), `hyper.${to}`);
    return lr;
  }
  // A field of another kind, or none at all, has been refused already.
  if (lr === null) {
    const why = "is None, and there is no scheduler to give a rate";
    ledger.refuse("missing-field", path, fact("lr"), why, "give the optimizer a learning_rate");
  }
  return undefined;
}

/** A rate that is asked for before the first update is counted, as LBSGD does. */
export function firstRate(
  schedule: ConvertedSchedule | undefined,
  fact: Fact,
  at: string,
  ledger: Ledger,
): number | undefined {
  if (schedule === undefined) return undefined;
  const rate = schedule.now ?? schedule.base;
  const why =
    schedule.now === undefined
      ? "LBSGD asks before it counts; what a scheduler of another's answers then is taken to be its base_lr"
      : "LBSGD asks before it counts: this is the answer to the updates counted so far";
  if (rate !== undefined)
    ledger.guess(pathOf(at, "lr_scheduler"), fact, "an object", "hyper.first_rate", why);
  return rate;
}
