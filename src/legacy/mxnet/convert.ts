/** legacy: a pickled MXNet optimizer to a spec. */
import { findRule, findSchedule } from "../../rules/built-in.ts";
import type { HyperValue, HyperValues } from "../../spec/tree.ts";
import type { Fact } from "../pickle/facts.ts";
import type { ObjectFact } from "../pickle/values.ts";
import type { Ledger } from "../report.ts";
import { refuseBroken } from "./broken.ts";
import type { ForeignClass } from "./classes.ts";
import { findClass, OPTIMIZERS } from "./classes.ts";
import type { KeyOf } from "./fields.ts";
import { groupsOf } from "./groups.ts";
import type { FieldReader } from "./read-fields.ts";
import { readFields } from "./read-fields.ts";
import type { Schedule } from "./scheduler.ts";
import { convertScheduler } from "./scheduler.ts";

/** The class of an optimizer that this converter knows, by the names in the file. */
export function optimizerClass(object: ObjectFact, names: FieldReader): ForeignClass | undefined {
  return findClass(OPTIMIZERS, ...names.resolve(object.module, object.name));
}

const NO_RATE = "is not read: this class has no learning rate";

/** A spec in the form that people write, or `undefined`: the ledger says why. */
export function convertOptimizer(
  object: ObjectFact,
  cls: ForeignClass,
  release: string,
  names: FieldReader,
  ledger: Ledger,
): unknown {
  const { values, own } = readFields(object, cls, "", ledger);
  const fact = (name: string): Fact => object.fields.get(name) ?? object.call;
  const counting = values === undefined ? undefined : readCounts(own, fact, ledger);
  const schedulerFact = object.fields.get("lr_scheduler");
  const has = schedulerFact !== undefined && schedulerFact.kind !== "none";
  const declared = findRule(`${release}/${cls.builtIn}`)?.tree.hyper ?? [];
  const reads = declared.some(({ scheduled }) => scheduled);
  const scheduled = has && reads;
  const schedule = scheduled
    ? convertScheduler(schedulerFact, counting?.updates ?? 0, names, ledger)
    : undefined;
  if (schedulerFact !== undefined && !scheduled)
    ledger.drop("lr_scheduler", schedulerFact, has ? NO_RATE : "there is none");
  if (values !== undefined) refuseBroken(cls.className, new Map([...values, ...own]), fact, ledger);
  if (ledger.issues.length > 0 || values === undefined || counting === undefined) return undefined;
  const rate = reads ? convertRate(own.get("lr") as number | null, schedule, fact("lr"), ledger) : undefined;
  if (reads && rate === undefined) return undefined;
  if (!reads) ledger.drop("lr", fact("lr"), NO_RATE);
  const groups = convertGroups(own, fact, ledger);
  const precise = own.get("multi_precision") === true;
  if (precise) ledger.keep("multi_precision", fact("multi_precision"), "precision.master");
  else ledger.drop("multi_precision", fact("multi_precision"), "is off, as it is without it");
  const rule = `${release}/${cls.builtIn}`;
  const given = rate === undefined ? values : new Map([...values, ["learning_rate", rate]]);
  const hyper = otherThanDefault(given, declared, ["learning_rate"]);
  return {
    optseal: 1,
    rule,
    hyper,
    ...(schedule === undefined ? {} : { schedule: writtenSchedule(release, schedule) }),
    ...(groups.length === 0 ? {} : { groups }),
    ...(precise ? { precision: { master: true } } : {}),
    ...resumeOf(counting, schedule),
  };
}

function writtenSchedule(release: string, { builtIn, hyper }: Schedule): unknown {
  const name = `${release}/${builtIn}`;
  const declared = findSchedule(name)?.tree.hyper ?? [];
  return { name, hyper: otherThanDefault(new Map(Object.entries(hyper)), declared, []) };
}

/** A spec says what differs from the built-in's defaults, whose text the digest pins. */
function otherThanDefault(
  values: ReadonlyMap<string, HyperValue>,
  declared: readonly { readonly name: string; readonly default?: HyperValue }[],
  always: readonly string[],
): HyperValues {
  const defaults = new Map(declared.map((hyper) => [hyper.name, hyper.default]));
  return Object.fromEntries(
    [...values].filter(([name, value]) => always.includes(name) || !Object.is(defaults.get(name), value)),
  );
}

function convertRate(
  lr: number | null,
  schedule: Schedule | undefined,
  fact: Fact,
  ledger: Ledger,
): number | undefined {
  if (schedule !== undefined) {
    ledger.drop("lr", fact, "is not read while there is a scheduler, whose base_lr is in force");
    return schedule.base;
  }
  if (lr === null) {
    ledger.refuse("missing-field", "lr", fact, "is None, and there is no scheduler to give a rate");
    return undefined;
  }
  ledger.keep("lr", fact, "hyper.learning_rate");
  return lr;
}

function convertGroups(own: ReadonlyMap<string, unknown>, fact: (name: string) => Fact, ledger: Ledger) {
  const multipliers = (name: string) => own.get(name) as ReadonlyMap<KeyOf, number>;
  const groups = groupsOf(
    multipliers("lr_mult"),
    multipliers("wd_mult"),
    own.get("idx2name") as ReadonlyMap<number, string>,
  );
  for (const name of ["lr_mult", "wd_mult"]) {
    if (multipliers(name).size > 0) ledger.keep(name, fact(name), "groups");
    else ledger.drop(name, fact(name), "is empty");
  }
  ledger.drop(
    "idx2name",
    fact("idx2name"),
    "serves to look multipliers up; they stand in groups by index and by name",
  );
  return groups;
}

interface Counting {
  readonly begin: number;
  readonly updates: number;
  readonly counts: ReadonlyMap<KeyOf, number>;
}

/** A server keeps its arrays on cpu(0), so its updater counts on device 0, whichever device the worker used last. */
function readCounts(
  own: ReadonlyMap<string, unknown>,
  fact: (name: string) => Fact,
  ledger: Ledger,
): Counting {
  const begin = own.get("begin_num_update") as number;
  const devices = own.get("_all_index_update_counts") as ReadonlyMap<number, ReadonlyMap<KeyOf, number>>;
  const counts = devices.get(0) ?? new Map<KeyOf, number>();
  const updates = Math.max(own.get("num_update") as number, ...counts.values());
  const all = fact("_all_index_update_counts");
  if (begin > 0) ledger.keep("begin_num_update", fact("begin_num_update"), "resume.begin");
  else ledger.drop("begin_num_update", fact("begin_num_update"), "is 0, where counting starts anyway");
  if (updates > 0) ledger.keep("num_update", fact("num_update"), "resume.updates");
  else ledger.drop("num_update", fact("num_update"), "is 0, where counting starts anyway");
  if (counts.size > 0)
    ledger.keep("_all_index_update_counts", all, "resume.counts", "of device 0, where a server counts");
  else ledger.drop("_all_index_update_counts", all, "holds no counts for device 0, where a server counts");
  ledger.drop(
    "_index_update_count",
    fact("_index_update_count"),
    "is one of _all_index_update_counts under another name",
  );
  return { begin, updates, counts };
}

function resumeOf(
  { begin, updates, counts }: Counting,
  schedule: Schedule | undefined,
): { resume?: unknown } {
  if (begin === 0 && updates === 0 && counts.size === 0 && !hasMoved(schedule)) return {};
  return {
    resume: {
      ...(begin === 0 ? {} : { begin }),
      ...(counts.size === 0 ? {} : { counts: Object.fromEntries(counts) }),
      updates,
      ...(schedule === undefined ? {} : { schedule: schedule.state }),
    },
  };
}

/** A scheduler that was called without an update being counted. */
function hasMoved(schedule: Schedule | undefined): boolean {
  if (schedule === undefined) return false;
  const { base_now, ...counters } = schedule.state;
  return base_now !== schedule.base || Object.values(counters).some((value) => value !== 0);
}
