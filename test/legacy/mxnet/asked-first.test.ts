/** LBSGD asks its scheduler before it counts an update: what the scheduler keeps of that answer. */
import { describe, expect, it } from "vitest";
import { convert } from "../../../src/legacy/convert.ts";
import type { Value } from "./write-pickle.ts";
import { optimizerOf, writePickle } from "./write-pickle.ts";

const DRAWN = { base_lr: { float: 0.5 }, warmup_final_lr: { float: 0.25 }, final_lr: { float: 0.125 } };

function scheduler(name: string, end: number, warmup: number, own: Readonly<Record<string, Value>>) {
  const warm = { warmup_steps: warmup, warmup_begin_lr: 0, warmup_mode: "linear" };
  const ends = { max_update: end, max_steps: end - warmup, base_lr_orig: { float: 0.25 } };
  return { of: `mxnet.lr_scheduler ${name}`, fields: { ...DRAWN, ...warm, ...ends, ...own } };
}

/** The schedule's state at update 5 in the spec of an LBSGD, or of another class. */
function stateOf(className: string, lr_scheduler: Value, own: Readonly<Record<string, Value>> = {}): unknown {
  const counts = { begin_num_update: 5, num_update: 5 };
  const pickle = writePickle(optimizerOf("1.9", className, { ...counts, lr_scheduler, ...own }));
  return convert(pickle).authored.spec.resume?.schedule;
}

const LBSGD: Readonly<Record<string, Value>> = {
  ...{ momentum: 0, warmup_strategy: "linear", warmup_epochs: 5, batch_scale: 1, updates_per_epoch: 32 },
  ...{ init_updates: 0, num_epochs: 60, lbmult: 1, adaptive: false, admult: 1, cumgrads: { dict: [] } },
};
const SGD: Readonly<Record<string, Value>> = { momentum: 0, lazy_update: true };

describe("a pickle at update 5", () => {
  it.each([
    ["PolyScheduler", { power: 2 }],
    ["CosineScheduler", {}],
  ])("%s keeps its last rate where LBSGD asks at its end", (name, own) => {
    const at = (end: number, warmup: number) => scheduler(name, end, warmup, own);
    expect(stateOf("LBSGD", at(5, 1), LBSGD)).toEqual({ base_now: 0.125 });
    expect(stateOf("SGD", at(5, 1), SGD)).toEqual({ base_now: 0.5 });
    // Past its end, and while it warms up, the scheduler answers and keeps nothing.
    expect(stateOf("LBSGD", at(4, 1), LBSGD)).toEqual({ base_now: 0.5 });
    expect(stateOf("LBSGD", at(20, 9), LBSGD)).toEqual({ base_now: 0.5 });
  });
});
