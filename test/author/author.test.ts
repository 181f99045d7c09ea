import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { writeYaml } from "../../src/author/yaml.ts";
import { findRule, findSchedule } from "../../src/rules/built-in.ts";
import { SpecError } from "../../src/spec/errors.ts";
import { authoredGate } from "../../src/spec/gates.ts";
import { parseRule, parseSchedule } from "../../src/spec/parse.ts";
import { refusal } from "../spec/refusal.ts";

const ADAM = "mxnet-1.9/adam";
const COSINE = "mxnet-1.9/cosinescheduler";
const reference = (name: string) => ({ name, digest: (findRule(name) ?? findSchedule(name))?.digest });
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

const YAML = `
optseal: 1
rule: ${ADAM}                  # a comment
hyper: { learning_rate: 0.01, clip_gradient: null, beta1: 9e-1 }
schedule: { name: ${COSINE}, hyper: { max_update: 100, warmup_mode: constant }, every: 10 }
groups:
  - match: { suffix: [bias, gamma], index: [0, 3] }
    hyper: { wd_mult: 0 }
gradient: { rescale: 0.5, clip_value: 1 }
precision: { master: true }
resume: { begin: 1, updates: 9, counts: { 3: 9, fc.bias: 2 } }
`;

const SPEC = {
  optseal: 1,
  rule: reference(ADAM),
  hyper: { learning_rate: 0.01, clip_gradient: null, beta1: 0.9 },
  schedule: { rule: reference(COSINE), hyper: { max_update: 100, warmup_mode: "constant" }, every: 10 },
  groups: [{ match: { suffix: ["bias", "gamma"], index: [0, 3] }, hyper: { wd_mult: 0 } }],
  gradient: { rescale: 0.5, clip_value: 1 },
  precision: { master: true },
  resume: { begin: 1, updates: 9, counts: { "3": 9, "fc.bias": 2 } },
};

describe("the forms that a person writes", () => {
  it("YAML, JSON and plain data are the same spec", () => {
    const written = { ...SPEC, rule: ADAM, schedule: { ...SPEC.schedule, rule: undefined, name: COSINE } };
    const data = plain(written);
    for (const source of [YAML, JSON.stringify(data), JSON.stringify(data, null, 2), data, SPEC]) {
      const authored = author(source);
      expect(plain(authored.spec)).toEqual(SPEC);
      expect(authoredGate.knows(authored)).toBe(true);
      expect(Object.isFrozen(authored.spec.groups?.[0]?.match.index)).toBe(true);
    }
  });

  const RULE = "rule x\nhyper lr = 1 scheduled\nupdate weight = weight - lr * grad\n";
  const SCHEDULE = "schedule s\nstep rate = base / t\n";

  it("a rule is a name, text, a reference or a tree", () => {
    const tree = plain(parseRule(RULE));
    for (const rule of [RULE, tree]) expect(plain(author({ optseal: 1, rule }).spec.rule)).toEqual(tree);
    for (const rule of [ADAM, reference(ADAM)]) {
      expect(plain(author({ optseal: 1, rule }).spec.rule)).toEqual(reference(ADAM));
    }
    const block = `optseal: 1\nrule: |\n  ${RULE.replaceAll("\n", "\n  ")}\n`;
    expect(plain(author(block).spec.rule)).toEqual(tree);
  });

  it("a schedule is a name, text or a tree, alone or with its arguments", () => {
    const tree = plain(parseSchedule(SCHEDULE));
    const authored = (schedule: unknown) => plain(author({ optseal: 1, rule: RULE, schedule }).spec.schedule);
    for (const schedule of [SCHEDULE, tree, { rule: SCHEDULE }, { name: SCHEDULE }, { rule: tree }]) {
      expect(authored(schedule)).toEqual({ rule: tree });
    }
    for (const schedule of [COSINE, { name: COSINE }, { rule: COSINE }, { rule: reference(COSINE) }]) {
      expect(authored(schedule)).toEqual({ rule: reference(COSINE) });
    }
    expect(authored({ name: COSINE, every: 5, hyper: { max_update: 3 } })).toEqual({
      rule: reference(COSINE),
      every: 5,
      hyper: { max_update: 3 },
    });
  });

  it("the caller's data is copied", () => {
    const hyper = { lr: 0.1 };
    const { spec } = author({ optseal: 1, rule: RULE, hyper });
    hyper.lr = 9;
    expect(spec.hyper?.lr).toBe(0.1);
    expect(Object.getPrototypeOf(spec.hyper)).toBe(null);
  });
});

describe("writing", () => {
  it("gives YAML that is read back to the same spec", () => {
    const { spec } = author(YAML);
    const text = writeYaml(spec);
    expect(text).toMatch(new RegExp(`^optseal: 1\nrule: ${ADAM}\n`));
    expect(author(text).spec).toEqual(spec);
  });

  it("gives rules of one's own as text", () => {
    const rule = "rule x\nhyper  lr = 1e-8 scheduled\nupdate weight = weight - lr * grad\n";
    const schedule = { rule: "schedule s\nstep   rate = -base\n", every: 3 };
    const { spec } = author({ optseal: 1, rule, schedule });
    expect(writeYaml(spec)).toContain("rule: |\n  rule x\n  hyper  lr = 1e-8 scheduled\n");
    expect(author(writeYaml(spec)).spec).toEqual(spec);
  });
});

describe("refusals", () => {
  it.each<[string, unknown, string, string, string?]>([
    ["nothing", "", "schema", "the document"],
    ["a word", "adam", "schema", "the document"],
    ["a list", [], "schema", "the document"],
    ["null", null, "schema", "the document"],
    ["undefined", undefined, "schema", "the document"],
    ["no rule", { optseal: 1 }, "schema", "the document"],
    ["no version", { rule: ADAM }, "schema", "the document"],
    [
      "an unknown rule",
      { optseal: 1, rule: "mxnet-1.9/adm" },
      "unknown-rule",
      "rule",
      `did you mean \`${ADAM}\`?`,
    ],
    ["a schedule as a rule", { optseal: 1, rule: COSINE }, "unknown-rule", "rule"],
    [
      "an unknown schedule",
      { optseal: 1, rule: ADAM, schedule: "mxnet-1.9/cosinescheduled" },
      "unknown-schedule",
      "schedule.name",
      `did you mean \`${COSINE}\`?`,
    ],
    [
      "a schedule twice",
      { optseal: 1, rule: ADAM, schedule: { name: COSINE, rule: COSINE } },
      "schema",
      "schedule",
    ],
    ["a schedule without a name", { optseal: 1, rule: ADAM, schedule: { every: 3 } }, "schema", "schedule"],
    ["a schedule of nothing", { optseal: 1, rule: ADAM, schedule: null }, "schema", "schedule"],
    [
      "a schedule that is a number",
      { optseal: 1, rule: ADAM, schedule: { name: 3 } },
      "schema",
      "schedule.rule",
    ],
    [
      "every 0 updates",
      { optseal: 1, rule: ADAM, schedule: { name: COSINE, every: 0 } },
      "schema",
      "schedule.every",
    ],
    ["half an update", { optseal: 1, rule: ADAM, resume: { begin: 0.5 } }, "schema", "resume.begin"],
    [
      "an empty group",
      { optseal: 1, rule: ADAM, groups: [{ match: {}, hyper: {} }] },
      "schema",
      "groups[0].match",
    ],
    ["a clip of 0", { optseal: 1, rule: ADAM, gradient: { clip_value: 0 } }, "schema", "gradient.clip_value"],
    ["rule text", { optseal: 1, rule: "rule x\nupdate weight = $\n" }, "syntax", "rule, line 2, column 17"],
    [
      "schedule text",
      { optseal: 1, rule: ADAM, schedule: { rule: "schedule s\nupdate a = 1\n" } },
      "syntax",
      "schedule.rule, line 2, column 1",
    ],
    [
      "a digest cut short",
      { optseal: 1, rule: { name: ADAM, digest: "sha256:00" } },
      "schema",
      "rule.digest",
    ],
    ["a reference with more", { optseal: 1, rule: { ...reference(ADAM), x: 1 } }, "schema", "rule"],
  ])("%s", (_, source, code, path, hint) => {
    const error = refusal(() => author(source));
    expect(error).toBeInstanceOf(SpecError);
    expect(error).toMatchObject({ code, path, ...(hint === undefined ? {} : { hint }) });
  });

  it("tell all that does not fit the schema", () => {
    const error = refusal(() =>
      author({ optseal: 2, rule: {}, hyper: { lr: {} }, groups: [{ match: { name: [] } }], extra: 1 }),
    );
    const paths = error.issues.map(({ path }) => path);
    for (const path of ["optseal", "rule", "hyper.lr", "groups[0]", "groups[0].match.name", "the document"]) {
      expect(paths).toContain(path);
    }
  });

  it("carry the refusal of the rule's text as their cause", () => {
    const error = refusal(() => author({ optseal: 1, rule: "rule x\nstep a\n" }));
    expect(error.cause).toMatchObject({ code: "syntax", path: "line 3, column 1" });
  });
});
