/** run: all functions that modules may hold, by name. Texts in the kernel language. */
import { signatureOf } from "../kernel.ts";
import { DECIMAL } from "./decimal.ts";
import { EXP_LOG } from "./exp-log.ts";
import { FLOAT32 } from "./float32.ts";
import { POW_KERNELS } from "./pow.ts";
import { TRIG } from "./trig.ts";
import { WHOLE } from "./whole.ts";

export const KERNELS: ReadonlyMap<string, string> = new Map(
  [...EXP_LOG, ...POW_KERNELS, ...TRIG, ...FLOAT32, ...DECIMAL, ...WHOLE].map((text) => [signatureOf(text).name, text]),
);
