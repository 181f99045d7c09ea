import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { writeYaml } from "../../src/author/yaml.ts";
import { SpecError } from "../../src/spec/errors.ts";
import { parseRule, parseSchedule } from "../../src/spec/parse.ts";
import { print, ruleDigest } from "../../src/spec/print.ts";
import { tapes } from "../spec/tape.ts";
import { ruleFrom, scheduleFrom } from "../spec/trees.ts";

const rules = tapes.map(ruleFrom);
const runs = { numRuns: 500 };

describe("printing and parsing", () => {
  it("parse(print(tree)) is the tree, and print comes to rest at once", () => {
    fc.assert(
      fc.property(rules, (tree) => {
        const text = print(tree);
        const parsed = parseRule(text);
        expect(parsed).toStrictEqual(tree);
        expect(print(parsed)).toBe(text);
        expect(ruleDigest(parsed)).toBe(ruleDigest(tree));
      }),
      runs,
    );
  });

  it("the same of schedules", () => {
    fc.assert(
      fc.property(tapes.map(scheduleFrom), (tree) => {
        expect(parseSchedule(print(tree))).toStrictEqual(tree);
      }),
      runs,
    );
  });

  it("trees that differ are printed differently", () => {
    fc.assert(
      fc.property(rules, rules, (a, b) => {
        fc.pre(!Object.is(JSON.stringify(a), JSON.stringify(b)));
        expect(print(a)).not.toBe(print(b));
      }),
      runs,
    );
  });
});

const refusedOrParsed = (text: string) => {
  for (const parse of [parseRule, parseSchedule]) {
    try {
      parse(text);
    } catch (error) {
      expect(error).toBeInstanceOf(SpecError);
      expect((error as SpecError).path).toMatch(/^line \d+/);
    }
  }
};

describe("any text", () => {
  it("is parsed or refused with a place", () => {
    const anything = fc.oneof(fc.string({ unit: "binary", maxLength: 200 }), fc.string({ maxLength: 200 }));
    fc.assert(fc.property(anything, refusedOrParsed), runs);
    fc.assert(
      fc.property(anything, (text) => refusedOrParsed(`rule x\nupdate weight = ${text}`)),
      runs,
    );
  });

  it("made of the language's own words is, too", () => {
    const words =
      "rule schedule x hyper state step update \n = ( ) [ ] , : | + - * / ^ == is not and or null true in of when scheduled 1 .5 max select sum pi a#\n".split(
        " ",
      );
    const text = fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((tokens) => tokens.join(" "));
    fc.assert(
      fc.property(text, (body) => refusedOrParsed(`rule x\n${body}`)),
      { numRuns: 1500 },
    );
  });

  it("cut or changed anywhere is, too", () => {
    fc.assert(
      fc.property(rules, fc.nat(), fc.string({ unit: "binary", maxLength: 3 }), (tree, at, junk) => {
        const text = print(tree);
        const place = at % (text.length + 1);
        refusedOrParsed(text.slice(0, place));
        refusedOrParsed(text.slice(0, place) + junk + text.slice(place));
        refusedOrParsed(text.slice(0, place) + text.slice(place + 1));
      }),
      runs,
    );
  });
});

describe("writing YAML", () => {
  const name = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 20 });
  const odd = fc.constantFrom(
    "1",
    "true",
    "null",
    "~",
    "- a",
    "a: b",
    "#",
    "__proto__",
    " x ",
    "\n",
    "é€",
    "'\"",
    "{",
    "0x1",
    "1e3",
    "<<",
    "é\u2028",
  );
  const key = fc.oneof(name, odd);
  const value = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.string({ maxLength: 20 }),
    odd,
    fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 3 }),
  );
  const hyper = fc.dictionary(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,10}$/), value, { maxKeys: 5 });
  const names = fc.array(key, { minLength: 1, maxLength: 3 });
  const count = fc.maxSafeNat();
  const spec = fc.record(
    {
      optseal: fc.constant(1),
      rule: fc.oneof(rules, fc.constant("mxnet-1.9/adam")),
      hyper,
      schedule: fc.record(
        {
          rule: fc.oneof(tapes.map(scheduleFrom), fc.constant("mxnet-1.9/polyscheduler")),
          hyper,
          every: count.map((n) => n || 1),
        },
        { requiredKeys: ["rule"] },
      ),
      groups: fc.array(
        fc.record({
          match: fc.oneof(
            fc.record({ name: names, index: fc.array(count, { minLength: 1, maxLength: 3 }) }),
            fc.record({ prefix: names, suffix: names }),
          ),
          hyper,
        }),
        { maxLength: 3 },
      ),
      gradient: fc.record({ rescale: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
      precision: fc.record({ master: fc.boolean() }),
      resume: fc.record({ begin: count, counts: fc.dictionary(key, count, { maxKeys: 3 }) }),
    },
    { requiredKeys: ["optseal", "rule"] },
  );

  it("author(writeYaml(spec)) is the spec", () => {
    fc.assert(
      fc.property(spec, (source) => {
        const authored = author(source).spec;
        expect(author(writeYaml(authored)).spec).toEqual(authored);
      }),
      { numRuns: 300 },
    );
  });

  it("author refuses or takes any data and any text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string(), fc.json()), (source) => {
        try {
          author(source);
        } catch (error) {
          expect(error).toBeInstanceOf(SpecError);
        }
      }),
      runs,
    );
  });
});
