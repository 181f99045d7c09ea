/**
 * legacy: which release of MXNet wrote an object. A class changes its module and its fields from release to release, so a file
 * tells more than it says; where it tells too little, and the releases that it could be of compute differently, the user says.
 */
import type { Issue } from "../../base/errors.ts";
import type { Rule, Schedule } from "../../spec/tree.ts";
import type { LegacyCode } from "../errors.ts";
import { LegacyError } from "../errors.ts";
import type { Fact } from "../pickle/facts.ts";
import { fieldsIn, isIn } from "./classes.ts";
import type { FieldRow } from "./fates.ts";
import { NUMBER } from "./fields.ts";
import type { Found, FoundOptimizer } from "./identify.ts";
import { fullName } from "./identify.ts";
import { OPTIMIZER } from "./optimizer-classes.ts";
import { pathOf } from "./read-fields.ts";
import type { Era, Release } from "./releases.ts";
import { eraInWords, isRelease, RELEASES, releasesInWords } from "./releases.ts";
import { ruleInForce, scheduleInForce } from "./text-in-force.ts";

/** Something in the file that a release does not write. */
interface Contradiction {
  readonly fact: Fact;
  readonly why: string;
  /** Whether it is a field that should not be there, or is not there. */
  readonly isField: boolean;
}

export interface Resolution {
  readonly release: Release;
  /** All that the file could be of. */
  readonly candidates: readonly Release[];
  /** Where there are none: what besides its fields keeps the file from being of `release`. */
  readonly problems: readonly Contradiction[];
}

function erasInWords(eras: readonly Era[]): string {
  const releases = RELEASES.filter((_, place) =>
    eras.some(({ first, last }) => place >= first && place <= last),
  );
  return releasesInWords(releases);
}

/** What of an object is not as a release writes it, of all that releases write differently. */
function contradictions(
  found: Found<Rule | Schedule>,
  release: Release,
  isLenient: boolean,
): readonly Contradiction[] {
  const { cls, isLoose } = found.target;
  const fields = new Map([...fieldsIn(cls, release)].filter(([, row]) => isLenient || !row.optional));
  const rows = isLoose ? cls.rows.filter(({ name }) => OF_ALL.has(name)) : cls.rows;
  const strange = [...new Set(rows.map(({ name }) => name))].flatMap((name) =>
    strangeField(found, name, fields.get(name)),
  );
  if (isLoose) return strange;
  return [
    ...strangeHome(found, release),
    ...strange,
    ...(cls.className === "LAMB" ? strangeChunk(found, release) : []),
  ];
}

/** Fields of every optimizer. */
const OF_ALL: ReadonlySet<string> = new Set(OPTIMIZER.map(({ name }) => name));

function strangeHome({ object, target: { cls, said } }: Found<Rule | Schedule>, release: Release) {
  // A class that renames one of MXNet's has a module of its own.
  if (isIn(cls, release, said === undefined ? object.module : undefined)) return [];
  const homes = cls.homes.filter(({ module }) => said !== undefined || module === object.module);
  const eras = homes.map(({ era }) => era);
  const why = `\`${said ?? fullName(object)}\` is a class of ${erasInWords(eras)}`;
  return [{ fact: object.call, why, isField: false }];
}

/** @param row the field in the release in question, which may not have it */
function strangeField(
  { object, at, target: { cls, isLoose } }: Found<Rule | Schedule>,
  name: string,
  row: FieldRow | undefined,
): readonly Contradiction[] {
  const value = object.fields.get(name);
  const path = `\`${pathOf(at, name)}\``;
  if (value !== undefined && row === undefined) {
    const eras = cls.rows.filter((other) => other.name === name && !other.optional).map(({ era }) => era);
    return [{ fact: value, why: `${path} is a field of ${erasInWords(eras)}`, isField: true }];
  }
  if (value !== undefined || row === undefined || row.optional) return [];
  const has = RELEASES.filter((other) => isLoose || isIn(cls, other));
  // A field of all releases tells nothing by its absence.
  if (has.every((other) => fieldsIn(cls, other).get(name)?.optional === false)) return [];
  const why = `there is no ${path}, a field of ${eraInWords(row.era)}`;
  return [{ fact: object.call, why, isField: true }];
}

/** LAMB of 1.7 to 1.9 takes the number from the environment and keeps it above 0; that of 1.6 leaves it at 0. */
function strangeChunk({ object, at }: Found<Rule | Schedule>, release: Release): readonly Contradiction[] {
  const fact = object.fields.get("aggregate_num");
  const chunk = fact === undefined ? undefined : NUMBER.read(fact);
  if (fact === undefined || chunk === undefined || release === "mxnet-2.0") return [];
  const isOld = chunk < 1;
  if (isOld === (release === "mxnet-1.6")) return [];
  const path = at === "" ? "aggregate_num" : `${at}.aggregate_num`;
  return [{ fact, why: `\`${path}\` is ${chunk}, as in ${isOld ? "1.6" : "1.7 and later"}`, isField: false }];
}

/** @param isLenient whether fields are overlooked that a release does not write, but that can say nothing else in it */
function everything(found: FoundOptimizer, release: Release, isLenient = true): readonly Contradiction[] {
  const { inner, scheduler } = found;
  return [
    ...contradictions(found, release, isLenient),
    ...(scheduler === undefined ? [] : contradictions(scheduler, release, isLenient)),
    ...(inner === undefined ? [] : everything(inner, release, isLenient)),
  ];
}

function candidatesFor(found: FoundOptimizer): readonly Release[] {
  const strict = RELEASES.filter((release) => everything(found, release, false).length === 0);
  if (strict.length > 0) return strict;
  return RELEASES.filter((release) => everything(found, release).length === 0);
}

/** What a release computes by: two that give the same are one. */
function textsIn(found: FoundOptimizer, release: Release): readonly unknown[] {
  const { scheduler, inner } = found;
  return [
    ruleInForce(found, release)?.tree,
    ...(scheduler === undefined ? [] : [scheduleInForce(scheduler, release)?.tree]),
    ...(inner === undefined ? [] : textsIn(inner, release)),
  ];
}

const sameTexts = (found: FoundOptimizer, a: Release, b: Release): boolean => {
  const [ofA, ofB] = [textsIn(found, a), textsIn(found, b)];
  return ofA.every((text, i) => text === ofB[i]);
};

/**
 * The release whose arithmetic the file means. Of candidates that compute alike it is the last.
 * @param wanted what the user says
 * @throws LegacyError for a release that is none, or that cannot have written this; for candidates that compute differently
 */
export function resolveRelease(found: FoundOptimizer, wanted: string | undefined): Resolution {
  const candidates = candidatesFor(found);
  if (wanted !== undefined) {
    return { release: wantedRelease(found, wanted, candidates), candidates, problems: [] };
  }
  const last = candidates.at(-1);
  if (last === undefined) {
    const release = nearestRelease(found);
    const problems = everything(found, release).filter(({ isField }) => !isField);
    return { release, candidates, problems };
  }
  if (candidates.every((release) => sameTexts(found, release, last)))
    return { release: last, candidates, problems: [] };
  throw new LegacyError({
    code: "ambiguous-release",
    message: `MXNet ${releasesInWords(candidates)} could have made the file, and they compute differently`,
    offset: found.object.offset,
    hint: `say which did: ${candidates.map((release) => `--release ${release}`).join(" or ")}`,
  });
}

/** Where nothing fits, what fits best, so that the refusal of its fields says the most. */
function nearestRelease(found: FoundOptimizer): Release {
  const counted = RELEASES.map((release) => ({ release, wrong: everything(found, release).length }));
  const least = Math.min(...counted.map(({ wrong }) => wrong));
  return (counted.findLast(({ wrong }) => wrong === least) as (typeof counted)[number]).release;
}

function wantedRelease(found: FoundOptimizer, wanted: string, candidates: readonly Release[]): Release {
  if (!isRelease(wanted)) {
    throw new LegacyError({
      code: "unsupported",
      message: `no release \`${wanted}\``,
      offset: found.object.offset,
      hint: `known releases: ${RELEASES.join(", ")}`,
    });
  }
  const hint =
    candidates.length === 0
      ? "no release of MXNet writes such an object"
      : `the file is of ${candidates.join(" or ")}`;
  const issues = everything(found, wanted).map(({ fact, why }): Issue<LegacyCode> => {
    const message = `\`${wanted}\` did not make this file: ${why}`;
    return { code: "wrong-release", message, offset: fact.offset, hint };
  });
  const [first, ...rest] = issues;
  if (first !== undefined) throw new LegacyError([first, ...rest]);
  return wanted;
}
