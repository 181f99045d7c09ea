import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import type { Composed } from "../../src/author/compose.ts";
import { chain, sequence } from "../../src/author/compose.ts";
import type { Child } from "../../src/author/compose-names.ts";
import { composeWritten, isComposition } from "../../src/author/compose-written.ts";
import { check } from "../../src/check/check.ts";
import { compile } from "../../src/run/optimizer.ts";
import { parseSchedule } from "../../src/spec/parse.ts";
import { print } from "../../src/spec/print.ts";
import type { HyperValues } from "../../src/spec/tree.ts";
import { refusal } from "../spec/refusal.ts";

const HALVES =
  "schedule halves\nhyper by = 2\nstate last = base\nstep rate = select(t > 1, last / by, last)   last = rate\n";
const COUNTS =
  "schedule counts\nhyper from = 0 in [0,9]   kind = up of up|down\nstep rate = from + select(kind is up, t, -t)\n";
const GOES_ON = "schedule goes_on\nstate running = base\nstep rate = running + 1   running = rate\n";
const SUMS = "schedule sums\nstate seen = 0\nstep seen = seen + 1   rate = seen + base\n";
const CYCLES = "schedule cycles\nhyper cycle = true\nstep rate = base   momentum = 0.1 * t when cycle\n";
const FIRST = "schedule first\nstate last = base\nstep first = base * 100   rate = last   last = rate\n";

/** What stands for an item of a composition here: a tree, or a composition again. */
function resolve(item: unknown, path: string): Child {
  const written = item as { readonly [key: string]: unknown };
  return isComposition(written) ? composeWritten(written, path, resolve) : (item as Child);
}

const child = (text: string, hyper?: HyperValues) => ({
  schedule: parseSchedule(text),
  ...(hyper === undefined ? {} : { hyper }),
});

function optimizerOf({ schedule, hyper }: Composed, cycled = false) {
  const momentum = cycled ? "momentum = 0.9 scheduled as momentum" : "";
  const rule = `rule r\nhyper lr = 8 scheduled ${momentum}\nupdate weight = weight - lr * grad\n`;
  return compile(check(author({ optseal: 1, rule, schedule: { rule: schedule, hyper } }))).attach({});
}

function ratesOf(composed: Composed, steps: number): readonly (number | undefined)[] {
  const optimizer = optimizerOf(composed);
  return Array.from({ length: steps }, (_, i) => optimizer.rateAt(i + 1));
}

describe("a chain", () => {
  it("works on the rate that the one before left", () => {
    expect(ratesOf(chain([child(HALVES), child(GOES_ON)]), 4)).toEqual([9, 5.5, 3.75, 2.875]);
    expect(ratesOf(chain([child(HALVES), child(HALVES, { by: 4 })]), 3)).toEqual([8, 1, 0.125]);
  });

  it("sets the rate anew with a child that does not read it", () => {
    expect(ratesOf(chain([child(COUNTS), child(HALVES)]), 3)).toEqual([1, 1, 1.5]);
    expect(ratesOf(chain([child(HALVES), child(COUNTS, { kind: "down", from: 9 })]), 3)).toEqual([8, 7, 6]);
  });
});

describe("a sequence", () => {
  it("counts each child from its milestone, and starts it from the base", () => {
    const children = [child(HALVES), child(COUNTS, { from: 3 }), child(HALVES, { by: 8 })];
    expect(ratesOf(sequence(children, [2, 4]), 7)).toEqual([8, 4, 4, 5, 8, 1, 0.125]);
  });

  it("leaves a child's slots alone out of its turn", () => {
    expect(ratesOf(sequence([child(SUMS), child(SUMS), child(COUNTS)], [2, 5]), 6)).toEqual([
      9, 10, 9, 10, 11, 1,
    ]);
  });

  it("goes on from the rate in force with `running`, and begins with `first`", () => {
    expect(ratesOf(sequence([child(HALVES), child(GOES_ON)], [2]), 5)).toEqual([8, 4, 5, 6, 7]);
    expect(ratesOf(sequence([child(FIRST), child(FIRST)], [1]), 3)).toEqual([8, 800, 800]);
    expect(ratesOf(sequence([child(HALVES), child(FIRST)], [0]), 2)).toEqual([8, 8]);
  });

  it("skips a child whose turn has no length", () => {
    expect(ratesOf(sequence([child(HALVES), child(COUNTS), child(SUMS)], [1, 1]), 3)).toEqual([8, 9, 10]);
  });

  it("holds a momentum before and after its child's turn", () => {
    const momenta = (composed: Composed) => {
      const optimizer = optimizerOf(composed, true);
      return [1, 2, 3, 4, 5].map((update) => Number(optimizer.momentumAt(update)?.toFixed(9)));
    };
    expect(momenta(sequence([child(HALVES), child(CYCLES), child(HALVES)], [1, 3]))).toEqual([
      0.1, 0.1, 0.2, 0.2, 0.2,
    ]);
    expect(momenta(chain([child(CYCLES), child(HALVES)]))).toEqual([0.1, 0.2, 0.3, 0.4, 0.5]);
    const off = sequence([child(CYCLES, { cycle: false }), child(HALVES)], [1]);
    expect(optimizerOf(off).rateAt(1)).toBe(8);
  });
});

describe("a composed tree", () => {
  const composed = chain([sequence([child(HALVES), child(COUNTS)], [3]), child(GOES_ON)]);

  it("is a schedule like others: printed, read back, composed again", () => {
    expect(parseSchedule(print(composed.schedule))).toEqual(composed.schedule);
    expect(composed.hyper).toEqual({ s1_milestones: [3] });
    expect(composed.schedule.hyper.map(({ name }) => name)).toEqual([
      "s1_milestones",
      "s1_s1_by",
      "s1_s2_from",
      "s1_s2_kind",
    ]);
    expect(ratesOf(composed, 5)).toEqual([9, 5.5, 3.75, 2, 3]);
  });

  it("keeps what its schedules need", () => {
    const needing = child("schedule n\nhyper a = 1\nneeds a < 2\nstep rate = base * a\n", { a: 3 });
    const both = chain([needing, child(HALVES)]);
    expect(both.schedule.needs).toEqual([["lt", "s1_a", 2]]);
    expect(() => optimizerOf(both)).toThrow(/s1_a/);
  });
});

describe("compositions inside one another", () => {
  it("grow with what they hold, not with how deep it lies", () => {
    let composed: Child = child(CYCLES);
    for (let depth = 0; depth < 18; depth++) composed = sequence([composed], []);
    expect(print(composed.schedule).length).toBeLessThan(20_000);
  });
});

describe("compositions as they are written", () => {
  const write = (written: { readonly [key: string]: unknown }) =>
    composeWritten(written, "schedule", resolve);
  const STEP = child(HALVES, { by: 3 });

  it("hold schedules, or compositions again", () => {
    const nested = { chained: [STEP, { sequential: [STEP, STEP], milestones: [4] }] };
    expect(isComposition(nested)).toBe(true);
    expect(isComposition(STEP)).toBe(false);
    const { hyper } = write(nested);
    expect(hyper).toEqual({ s1_by: 3, s2_milestones: [4], s2_s1_by: 3, s2_s2_by: 3 });
    expect(write({ sequential: [STEP] }).hyper).toEqual({ milestones: [], s1_by: 3 });
  });

  it.each([
    [{ chained: [] }, "schedule.chained"],
    [{ chained: STEP }, "schedule.chained"],
    [{ sequential: Array(17).fill(STEP) }, "schedule.sequential"],
    [{ chained: [STEP], sequential: [STEP] }, "schedule"],
    [{ chained: [STEP], milestones: [] }, "schedule.milestones"],
    [{ chained: [STEP], hyper: {} }, "schedule.hyper"],
    [{ sequential: [STEP, STEP] }, "schedule.milestones"],
    [{ sequential: [STEP, STEP], milestones: [1, 2] }, "schedule.milestones"],
    [{ sequential: [STEP, STEP], milestones: [1.5] }, "schedule.milestones[0]"],
    [{ sequential: [STEP, STEP], milestones: [-1] }, "schedule.milestones[0]"],
    [{ sequential: [STEP, STEP, STEP], milestones: [5, 4] }, "schedule.milestones[1]"],
  ])("are refused with their place: %j", (written, path) => {
    expect(refusal(() => write(written))).toMatchObject({ code: "schema", path });
  });
});

it("a schedule of a composition has a name or a text, not both", () => {
  const both = { name: "torch-2.13/exponentiallr", rule: HALVES, hyper: { gamma: 0.5 } };
  const spec = { optseal: 1, rule: "torch-2.13/sgd", schedule: { chained: [both] } };
  expect(refusal(() => author(spec))).toMatchObject({ code: "schema", path: "schedule.chained[0]" });
});
