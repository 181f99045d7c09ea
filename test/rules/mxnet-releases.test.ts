/** rules: which text each name of MXNet means. */
import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { findRule, findSchedule, ruleNames, scheduleNames } from "../../src/rules/built-in.ts";
import { inForce, releasesOf, whereItIs } from "../../src/rules/mxnet/releases.ts";

const RELEASES = ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.9", "2.0"];
const TEXTS = [...ruleNames, ...scheduleNames].filter((name) => name.startsWith("mxnet-"));
const CLASSES = [...new Set(TEXTS.map((name) => name.slice(name.indexOf("/") + 1)))];

const find = (name: string) => findRule(name) ?? findSchedule(name);

describe("names of MXNet", () => {
  it.each([
    ["mxnet-1.0/nag", "mxnet-1.1/nag"],
    ["mxnet-1.3/nag", "mxnet-1.4/nag"],
    ["mxnet-1.5/nag", "mxnet-1.5/nag"],
    ["mxnet-1.8/adam", "mxnet-1.9/adam"],
    ["mxnet-1.6/lamb", "mxnet-1.6/lamb"],
    ["mxnet-1.7/lamb", "mxnet-1.9/lamb"],
    ["mxnet-1.1/nadam", "mxnet-1.4/nadam"],
    ["mxnet-1.2/test", "mxnet-1.9/test"],
    ["mxnet-2.0/test", "mxnet-2.0/test"],
    ["mxnet-1.3/polyscheduler", "mxnet-1.3/polyscheduler"],
    ["mxnet-2.0/cosinescheduler", "mxnet-1.9/cosinescheduler"],
  ])("%s is the text %s", (name, text) => {
    expect(inForce(name)).toBe(text);
    expect(find(name)).toBe(find(text));
    expect(find(name)?.name).toBe(text);
  });

  it("each name one text, whose name is that of no earlier release unless it holds to the end", () => {
    for (const name of CLASSES) {
      for (const [place, release] of RELEASES.entries()) {
        const text = find(`mxnet-${release}/${name}`)?.name;
        if (text === undefined) continue;
        const named = RELEASES.indexOf(text.slice("mxnet-".length, text.indexOf("/")));
        if (named < place) expect(text).toMatch(/^mxnet-1\.9\/\w+scheduler$/);
      }
    }
  });

  it("each text says for which releases it holds, and the names of just those lead to it", () => {
    for (const text of TEXTS) {
      const [first, last] = (releasesOf(text) ?? "").split(" to ");
      const held = RELEASES.slice(
        RELEASES.indexOf(first as string),
        RELEASES.indexOf(last ?? (first as string)) + 1,
      );
      const name = text.slice(text.indexOf("/") + 1);
      expect(
        RELEASES.filter((release) => find(`mxnet-${release}/${name}`)?.name === text),
        text,
      ).toEqual(held);
    }
  });

  it.each([
    ["mxnet-1.5/lars", "MXNet has `lars` in working order from 1.6 to 2.0"],
    ["mxnet-2.0/ccsgd", "MXNet has `ccsgd` in working order from 1.0 to 1.9"],
    ["mxnet-1.2/lbsgd", "MXNet has `lbsgd` in working order from 1.3 to 1.9"],
    ["mxnet-1.9/lans", "MXNet has `lans` in working order in 2.0"],
    ["mxnet-1.10/sgd", "MXNet has `sgd` in working order from 1.0 to 2.0"],
    ["mxnet-1.3/cosinescheduler", "MXNet has `cosinescheduler` in working order from 1.4 to 2.0"],
  ])("%s is unknown, and where the class is can be told", (name, why) => {
    expect(find(name)).toBeUndefined();
    expect(whereItIs(name)).toBe(why);
  });

  it.each(["mxnet-1.9/adam", "mxnet-1.3/adam", "mxnet-1.9/nothing", "adam", "torch-2.13/adamw"])(
    "%s needs no such hint",
    (name) => {
      expect(whereItIs(name)).toBeUndefined();
    },
  );

  it("leaves all other names alone", () => {
    for (const name of ["", "adam", "mxnet-1.9/", "mxnet-/adam", "torch-2.13/adamw", "mxnet-1.3/adam "]) {
      expect(inForce(name)).toBe(name);
      expect(releasesOf(name)).toBeUndefined();
    }
  });

  it("an author's document carries the text's own name and digest", () => {
    const spec = (rule: string) => author({ optseal: 1, rule, hyper: { momentum: 0.9 } }).spec;
    expect(spec("mxnet-1.2/nag")).toEqual(spec("mxnet-1.4/nag"));
    expect(spec("mxnet-1.2/nag").rule).toMatchObject({ name: "mxnet-1.4/nag" });
  });
});
