/**
 * run: numbers that functions in modules look up, and where they stand at the front of the memory. What follows from fewer
 * numbers is worked out when a module starts, by `table-fillers.ts`.
 */
import { FACTORS } from "../../base/exp-table.ts";
import { PARTS as LOG_PARTS } from "../../base/log-table.ts";
import { PARTS as POW_PARTS } from "../../base/pow-table.ts";
import { INVERSES, LOGARITHMS, POWERS } from "../../base/powf.ts";
import { SINES } from "../../base/sine-table.ts";
import { TWO_OVER_PI } from "../../base/trig-large.ts";

const column = (numbers: readonly number[], of: number, at: number): readonly number[] =>
  numbers.filter((_, i) => i % of === at);

const LOG_INVERSES = column(LOG_PARTS, 2, 0);
const POW_RESTS = column(POW_PARTS, 3, 2);

const ROWS = 128;

/** Address 0 is nobody's. */
export const TWO_OVER_PI_AT = 16;
export const INVERSES_AT = TWO_OVER_PI_AT + 8 * TWO_OVER_PI.length;
export const LOGARITHMS_AT = INVERSES_AT + 8 * INVERSES.length;
export const POWERS_AT = LOGARITHMS_AT + 8 * LOGARITHMS.length;
export const SINES_AT = POWERS_AT + 8 * POWERS.length;
/** Factors that `exp` is worked out from; then two numbers a row: the rest, then the power. */
export const FACTORS_AT = SINES_AT + 8 * SINES.length;
export const EXP_AT = FACTORS_AT + 8 * FACTORS.length;
/** All reciprocals, then all logarithms. */
export const LOG_INVERSES_AT = EXP_AT + 16 * ROWS;
export const LOG_AT = LOG_INVERSES_AT + 8 * ROWS;
/** All rests of logarithms, then all reciprocals, then all logarithms. */
export const POW_RESTS_AT = LOG_AT + 8 * ROWS;
export const POW_INVERSES_AT = POW_RESTS_AT + 8 * ROWS;
export const POW_AT = POW_INVERSES_AT + 8 * ROWS;
/** Room for the integers that decimal digits are worked out with. */
export const DIGITS_AT = POW_AT + 8 * ROWS;
/** From here on the memory is free. */
export const TABLES_END = DIGITS_AT + 2048;

interface Table {
  /** The function that reads it. */
  readonly reader: string;
  readonly at: number;
  readonly numbers: readonly number[];
  /** The function that works out the rest of it. */
  readonly filler?: string;
}

export const TABLES: readonly Table[] = Object.freeze([
  { reader: "reduce_large", at: TWO_OVER_PI_AT, numbers: TWO_OVER_PI },
  { reader: "powf", at: INVERSES_AT, numbers: [...INVERSES, ...LOGARITHMS, ...POWERS] },
  { reader: "sin_kernel", at: SINES_AT, numbers: SINES },
  { reader: "exp_of_sum", at: FACTORS_AT, numbers: FACTORS, filler: "fill_exp" },
  { reader: "log", at: LOG_INVERSES_AT, numbers: LOG_INVERSES, filler: "fill_log" },
  { reader: "pow_of_magnitude", at: POW_RESTS_AT, numbers: POW_RESTS, filler: "fill_pow" },
]);
