import { describe, expect, it } from "vitest";
import { refusal } from "../spec/refusal.ts";
import { checkedRule } from "./authored.ts";

const UPDATE = "\nupdate weight = weight - lr * grad";
const rule = (lines: string) => `rule x\nhyper lr = 0.1 scheduled  seed = 1${lines}\n`;
const schedule = (lines: string) => ({ schedule: { rule: `schedule s\n${lines}\n` } });

/** Noise is the one tensor that is made of numbers, and its sum is a number again. */
describe("scalar programs make no tensors on the way", () => {
  it.each<[string, string, object, string]>([
    ["a step", `\nstep x = sum(normal(seed, t))${UPDATE}`, {}, "rule.step[0][1]"],
    ["a step's local", `\nstep x = normal(seed, t)${UPDATE}`, {}, "rule.step[0][1]"],
    ["a slot's start", `\nstate x = norm(normal(seed, 1))${UPDATE}`, {}, "rule.state[0].init"],
    [
      "a shared slot's start",
      `\nstate x: shared = 1 + max_of(normal(seed, 1))${UPDATE}`,
      {},
      "rule.state[0].init",
    ],
    ["a look-up", `  l: list = [1]\nstep x = item(l, sum(normal(seed, t)))${UPDATE}`, {}, "rule.step[0][1]"],
    ["a schedule", UPDATE, schedule("step rate = base * sum(normal(1, t))"), "schedule.rule.step[0][1]"],
    [
      "a schedule's state",
      UPDATE,
      schedule("state k = mean(normal(1, 2))\nstep rate = base * k"),
      "schedule.rule.state[0].init",
    ],
  ])("%s", (_, lines, spec, path) => {
    expect(refusal(() => checkedRule(rule(lines), spec)).issues).toContainEqual(
      expect.objectContaining({ code: "type", path, message: "makes a tensor, and only `update` has them" }),
    );
  });

  it("but an update may, and what stops it", () => {
    const lines = "\nupdate stop when sum(normal(seed, t)) > 0\n  n = sum(normal(seed, t))\n  weight = n";
    expect(() => checkedRule(rule(lines))).not.toThrow();
  });
});
