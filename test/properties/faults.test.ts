/** Whatever is wrong with a rule is said, and all of it at once. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { check } from "../../src/check/check.ts";
import type { CheckCode } from "../../src/check/errors.ts";
import { CheckError } from "../../src/check/errors.ts";
import type {
  Expression,
  HyperDeclaration,
  Line,
  Rule,
  SlotDeclaration,
  Statement,
} from "../../src/spec/tree.ts";
import { forced } from "../check/authored.ts";
import { tapes } from "../spec/tape.ts";
import type { WellTyped } from "./well-typed.ts";
import { wellTypedRule } from "./well-typed.ts";

/** A fault: what it adds to a rule, and the code that tells of it. */
interface Fault {
  readonly what: string;
  readonly code: CheckCode;
  readonly update?: Line;
  readonly hyper?: HyperDeclaration;
  readonly state?: SlotDeclaration;
  readonly needs?: Expression;
}

const line = (what: string, code: CheckCode, update: Line): Fault => ({ what, code, update });
const set = (what: string, code: CheckCode, ...statement: Statement): Fault => line(what, code, statement);
const TURNED: Expression = ["transpose", "grad"];

/** Faults of the tree, whatever its hyperparameters are. */
const OF_THE_TREE: readonly Fault[] = [
  set("an unknown name", "unknown-name", "weight", ["add", "grad", "nowhere"]),
  set("an unknown name in a guard", "unknown-name", "weight", "grad", "nowhere"),
  set("a count in a guard", "unknown-name", "weight", "grad", ["gt", "t", 1]),
  set("an unknown operation", "unknown-operation", "weight", ["nosuch", "grad"]),
  set("an operand too few", "operand-count", "weight", ["add", "grad"]),
  set("an operand too many", "operand-count", "weight", ["sqrt", "grad", 2]),
  set("a hyperparameter that is assigned to", "type", "beta", 1),
  set("a gradient that is assigned to", "reserved-name", "grad", 1),
  set("a size that is assigned to", "reserved-name", "rows", 1),
  set("a question for no choice", "type", "fault", ["is", "mode", "nochoice"]),
  line("an unknown name in a repetition", "unknown-name", { repeat: 0, lines: [["fault", "nowhere"]] }),
  line("an unknown name in a stop", "unknown-name", { stop: ["gt", "nowhere", 1] }),
  { what: "a hyperparameter twice", code: "duplicate-name", hyper: { name: "beta", default: 1 } },
  { what: "a slot like a hyperparameter", code: "duplicate-name", state: { name: "turns", init: 0 } },
  { what: "a slot like a word", code: "reserved-name", state: { name: "size", init: 0 } },
  { what: "a second rate", code: "schedule", hyper: { name: "fault_rate", default: 1, scheduled: true } },
  {
    what: "a default of another type",
    code: "hyper-type",
    hyper: { name: "fault_flag", type: "boolean", default: 1 },
  },
  {
    what: "a default out of range",
    code: "hyper-range",
    hyper: { name: "fault_number", default: 2, max: 1 },
  },
  { what: "a need of the gradient", code: "unknown-name", needs: ["gt", ["sum", "nowhere"], 0] },
];

/** Faults that types tell of. */
const OF_TYPES: readonly Fault[] = [
  set("shapes that do not fit", "type", "fault", ["add", "grad", TURNED]),
  set("a product that does not fit", "type", "fault", ["matmul", "grad", "weight"]),
  set("a tensor for a scalar", "type", "fault", ["f32", "grad"]),
  set("a scalar for a tensor", "type", "fault", ["sum", "beta"]),
  set("a fold of what is folded", "type", "fault", ["row_sum", ["row_sum", "grad"]]),
  set("a list in arithmetic", "type", "fault", ["mul", "grad", "list"]),
  set("a choice in arithmetic", "type", "fault", ["mul", "grad", "mode"]),
  set("a null in arithmetic", "type", "fault", ["mul", "grad", null]),
  set("a condition in arithmetic", "type", "fault", ["mul", "grad", ["gt", "grad", 0]]),
  set("a number for a condition", "type", "fault", ["select", "beta", "grad", "weight"]),
  set("a number in a conjunction", "type", "fault", ["and", ["gt", "grad", 0], "beta"]),
  set("a weight that is a mask", "type", "weight", ["gt", "grad", 0]),
  set("a weight turned over", "type", "weight", TURNED),
  set("a total inside", "type", "fault", ["add", 1, ["total", ["sum", "grad"]]]),
  set("a total of a tensor", "type", "fault", ["total", "grad"]),
  set("a random stream of tensors", "type", "fault", ["normal", "grad", 1]),
  set("a guard on what is not settled", "guard", "fault", 1, ["gt", "unsettled", 0]),
  set("a guard that is a number", "guard", "fault", 1, "beta"),
  line("a stop for some elements", "type", { stop: ["gt", "grad", 0] }),
  line("a stop by a number", "type", { stop: "beta" }),
  line("half a repetition", "repeat", { repeat: 0.5, lines: [["fault", 1]] }),
  line("too many repetitions", "repeat", { repeat: 65, lines: [["fault", 1]] }),
  line("repetitions by a run-time number", "repeat", { repeat: "unsettled", lines: [["fault", 1]] }),
  line("a misfit in a repetition", "type", { repeat: 2, lines: [["fault", ["f32", "grad"]]] }),
  { what: "a need that is not met", code: "needs", needs: ["gt", 0, 1] },
  { what: "a slot that starts from a choice", code: "type", state: { name: "fault_slot", init: "mode" } },
  {
    what: "a row that starts as the weight",
    code: "type",
    state: { name: "fault_row", shape: "row", init: "weight" },
  },
];

/** The rule with a fault, which stands before anything that may leave it out. */
function faulty(rule: Rule, { hyper, state, needs, update }: Fault): Rule {
  return {
    ...rule,
    hyper: hyper === undefined ? rule.hyper : [...rule.hyper, hyper],
    ...(needs === undefined ? {} : { needs: [...(rule.needs ?? []), needs] }),
    state: state === undefined ? rule.state : [...rule.state, state],
    update: update === undefined ? rule.update : [update, ...rule.update],
  };
}

function issuesOf({ tree, hyper }: WellTyped<Rule>, faults: readonly Fault[]): readonly string[] {
  const unsettled: Statement = ["unsettled", ["add", "t", 0]];
  const rule = faults.reduce(faulty, { ...tree, step: [unsettled, ...tree.step] });
  try {
    check(forced({ optseal: 1, rule, hyper }));
  } catch (error) {
    expect(error).toBeInstanceOf(CheckError);
    return (error as CheckError).issues.map(({ code }) => code);
  }
  return [];
}

const rules = tapes.map(wellTypedRule);

describe("a rule with one fault", () => {
  it.each(OF_THE_TREE)("is refused: $what", (fault) => {
    fc.assert(
      fc.property(rules, (rule) => {
        // What is declared twice or under a wrong name is not what other lines take it for, and that may be said too.
        expect(issuesOf(rule, [fault])).toContain(fault.code);
      }),
      { numRuns: 25 },
    );
  });

  it.each(OF_TYPES)("is refused, and nothing else is said: $what", (fault) => {
    fc.assert(
      fc.property(rules, (rule) => {
        expect(new Set(issuesOf(rule, [fault]))).toEqual(new Set([fault.code]));
      }),
      { numRuns: 25 },
    );
  });
});

describe("a rule with two faults", () => {
  const ofTree = fc.constantFrom(...OF_THE_TREE);
  const ofTypes = fc.constantFrom(...OF_TYPES);
  it.each([
    ["both of its tree", ofTree, ofTree],
    ["both of its types", ofTypes, ofTypes],
  ])("hears of each: %s", (_, one, other) => {
    fc.assert(
      fc.property(rules, one, other, (rule, first, second) => {
        fc.pre(first !== second);
        const codes = issuesOf(rule, [first, second]);
        expect(codes.length).toBeGreaterThanOrEqual(2);
        expect(codes).toEqual(expect.arrayContaining([first.code, second.code]));
      }),
      { numRuns: 600 },
    );
  });

  it("hears at least of that of its tree, where types would make no sense before it is mended", () => {
    fc.assert(
      fc.property(rules, ofTree, ofTypes, (rule, first, second) => {
        expect(issuesOf(rule, [first, second])).toContain(first.code);
      }),
      { numRuns: 300 },
    );
  });
});
