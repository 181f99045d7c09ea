/** run: numbers that functions in modules look up, and where they stand at the front of the memory. */
import { POWERS as EXP_POWERS } from "../../../base/exp-table.ts";
import { PARTS as LOG_PARTS } from "../../../base/log-table.ts";
import { PARTS as POW_PARTS } from "../../../base/pow-table.ts";
import { INVERSES, LOGARITHMS, POWERS } from "../../../base/powf.ts";
import { SINES } from "../../../base/sine-table.ts";
import { TWO_OVER_PI } from "../../../base/trig-large.ts";

/** Of each row, what cannot be worked out from the row's number: the logarithm and its rest, not 1/c. */
const POW_LOGARITHMS = POW_PARTS.filter((_, i) => i % 3 > 0);

/** Address 0 is nobody's. */
export const TWO_OVER_PI_AT = 16;
export const INVERSES_AT = TWO_OVER_PI_AT + 8 * TWO_OVER_PI.length;
export const LOGARITHMS_AT = INVERSES_AT + 8 * INVERSES.length;
export const POWERS_AT = LOGARITHMS_AT + 8 * LOGARITHMS.length;
export const SINES_AT = POWERS_AT + 8 * POWERS.length;
export const EXP_AT = SINES_AT + 8 * SINES.length;
export const LOG_AT = EXP_AT + 8 * EXP_POWERS.length;
export const POW_AT = LOG_AT + 8 * LOG_PARTS.length;
/** Room for the integers that decimal digits are worked out with. */
export const DIGITS_AT = POW_AT + 8 * POW_LOGARITHMS.length;
/** From here on the memory is free. */
export const TABLES_END = DIGITS_AT + 2048;

interface Table {
  /** The function that reads it. */
  readonly reader: string;
  readonly at: number;
  readonly numbers: readonly number[];
}

export const TABLES: readonly Table[] = Object.freeze([
  { reader: "reduce_large", at: TWO_OVER_PI_AT, numbers: TWO_OVER_PI },
  { reader: "powf", at: INVERSES_AT, numbers: [...INVERSES, ...LOGARITHMS, ...POWERS] },
  { reader: "sin_kernel", at: SINES_AT, numbers: SINES },
  { reader: "exp_of_sum", at: EXP_AT, numbers: EXP_POWERS },
  { reader: "log", at: LOG_AT, numbers: LOG_PARTS },
  { reader: "pow_of_magnitude", at: POW_AT, numbers: POW_LOGARITHMS },
]);
