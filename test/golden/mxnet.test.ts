/** golden: MXNet, release by release, from the pickles that each release's own optimizers made. */
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findRule, ruleNames } from "../../src/rules/built-in.ts";
import type { Outcome } from "./measure.ts";
import { readTraces, replay } from "./traces.ts";

const LIMIT = 1e-6;
/** Their norms and means are sums that MXNet rounds to binary32 at each step: docs/conformance.md says how far that goes. */
const SUMS = new Set(["lamb", "lans", "lars", "groupadagrad"]);
const NORMS = new Set(["lamb", "lans", "lars"]);
/** Releases that were run with all of their classes; 1.4 only with what it has first. */
const WHOLE = ["1.0", "1.3", "1.5", "1.6", "1.7", "1.9", "2.0"];

const here = (path: string) => new URL(path, import.meta.url).pathname;

const FILES = readdirSync(here("."))
  .filter((folder) => /^mxnet-[0-9]/.test(folder))
  .sort()
  .flatMap((folder) =>
    readdirSync(here(folder))
      .filter((file) => file !== "schedules.json")
      .sort()
      .map((file) => ({ release: folder.slice("mxnet-".length), family: file.slice(0, -".json".length) })),
  )
  .map(({ release, family }) => ({
    name: `${release} ${family}`,
    release,
    family,
    traces: readTraces(here(`mxnet-${release}/${family}.json`)),
  }));

const replayed = new Map<string, readonly Outcome[]>();

function outcomesOf({ name, traces }: (typeof FILES)[number]): readonly Outcome[] {
  const known = replayed.get(name) ?? traces.map(replay);
  replayed.set(name, known);
  return known;
}

describe("golden traces of MXNet, from its own protocol-0 pickles", () => {
  it.each(FILES.map((file) => [file.name, file] as const))("%s", (_name, file) => {
    const outcomes = outcomesOf(file);
    expect(outcomes.length).toBeGreaterThanOrEqual(file.name === "1.9 test" ? 8 : 10);
    expect(outcomes.filter(({ error }) => error > LIMIT)).toEqual([]);
    if (SUMS.has(file.family)) return;
    expect(outcomes.filter(({ equal, elements }) => equal < elements)).toEqual([]);
  });

  it("are the same bits in nine of ten cases and more, norms left aside", () => {
    const outcomes = FILES.filter(({ family }) => !NORMS.has(family)).flatMap(outcomesOf);
    const same = outcomes.filter(({ equal, elements }) => equal === elements);
    expect(outcomes.length).toBeGreaterThan(1000);
    expect(same.length).toBeGreaterThan(0.9 * outcomes.length);
  });

  it.each(WHOLE)("are there for each class that %s has", (release) => {
    const classes = new Set(ruleNames.flatMap((name) => /^mxnet-[^/]+\/(.+)$/.exec(name)?.[1] ?? []));
    const had = [...classes].filter((name) => findRule(`mxnet-${release}/${name}`) !== undefined);
    const families = FILES.filter((file) => file.release === release).map(({ family }) => family);
    expect(had.length).toBeGreaterThanOrEqual(12);
    expect(had.filter((name) => !families.includes(name))).toEqual([]);
  });

  it.each(["constant", "factorscheduler", "multifactorscheduler", "polyscheduler", "cosinescheduler"])(
    "have at least 20 cases of 1.9 for %s",
    (name) => {
      const cases = FILES.filter(({ release }) => release === "1.9").flatMap(({ traces }) => traces);
      const under = cases.filter(({ scheduler }) => (scheduler ?? "constant") === name);
      expect(under.length).toBeGreaterThanOrEqual(20);
    },
  );

  it("move the weights in nearly all cases, so that equality says something", () => {
    const traces = FILES.flatMap((file) => file.traces);
    const moving = traces.filter(({ params }) => params.some(({ w0, w8 }) => w0 !== w8));
    expect(moving.length).toBeGreaterThan(0.9 * traces.length);
  });
});
