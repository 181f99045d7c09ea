/** legacy: MXNet's schedulers. Source: apache/mxnet, python/mxnet/lr_scheduler.py, which changed in 1.2 and in 1.4. */
import type { ForeignClass } from "./classes.ts";
import type { FieldRow } from "./fates.ts";
import { hyper, own, rowsOf } from "./fates.ts";
import { COUNT, NUMBER, NUMBERS, WARMUP_MODE } from "./fields.ts";
import type { ReleaseNumber } from "./releases.ts";
import { era } from "./releases.ts";

const SINCE_1_4 = era("1.4");
const argument = (kind: Parameters<typeof hyper>[0], name: string) =>
  hyper(kind, name, "is no argument of this schedule");

const SCHEDULER: readonly FieldRow[] = [
  ...rowsOf("base_lr", own(NUMBER)),
  ...rowsOf("warmup_steps", argument(COUNT, "warmup_steps"), SINCE_1_4),
  ...rowsOf("warmup_final_lr", argument(NUMBER, "base_lr"), SINCE_1_4),
  ...rowsOf("warmup_begin_lr", argument(NUMBER, "warmup_begin_lr"), SINCE_1_4),
  ...rowsOf("warmup_mode", argument(WARMUP_MODE, "warmup_mode"), SINCE_1_4),
];

const TO_MAX: readonly FieldRow[] = [
  // Before 1.4 there was no warm-up, and this is where the rate that it was made with stands.
  ...rowsOf("base_lr_orig", argument(NUMBER, "base_lr"), era("1.2", "1.3")),
  ...rowsOf("base_lr_orig", own(NUMBER), SINCE_1_4),
  ...rowsOf("max_update", argument(COUNT, "max_update")),
  ...rowsOf("final_lr", argument(NUMBER, "final_lr"), SINCE_1_4),
  ...rowsOf("max_steps", own(NUMBER), SINCE_1_4),
];

function scheduler(className: string, since: ReleaseNumber, rows: readonly FieldRow[]): ForeignClass {
  return {
    className,
    builtIn: className.toLowerCase(),
    homes: [{ module: "mxnet.lr_scheduler", era: era(since) }],
    rows: [...SCHEDULER, ...rows],
  };
}

export const SCHEDULERS: readonly ForeignClass[] = [
  scheduler("FactorScheduler", "1.0", [
    ...rowsOf("step", argument(NUMBER, "step")),
    ...rowsOf("factor", argument(NUMBER, "factor")),
    ...rowsOf("stop_factor_lr", argument(NUMBER, "stop_factor_lr")),
    ...rowsOf("count", own(NUMBER)),
  ]),
  scheduler("MultiFactorScheduler", "1.0", [
    ...rowsOf("step", argument(NUMBERS, "step")),
    ...rowsOf("cur_step_ind", own(COUNT)),
    ...rowsOf("factor", argument(NUMBER, "factor")),
    ...rowsOf("count", own(NUMBER)),
  ]),
  scheduler("PolyScheduler", "1.2", [...rowsOf("power", argument(NUMBER, "pwr")), ...TO_MAX]),
  scheduler("CosineScheduler", "1.4", TO_MAX),
];
