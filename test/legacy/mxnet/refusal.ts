import type { ConvertOptions } from "../../../src/legacy/convert.ts";
import { convert } from "../../../src/legacy/convert.ts";
import { LegacyError } from "../../../src/legacy/errors.ts";
import type { Value } from "./write-pickle.ts";
import { writePickle } from "./write-pickle.ts";

/** What a conversion is refused with. */
export function refusal(value: Value, options: ConvertOptions = {}, python: 2 | 3 = 3): LegacyError {
  try {
    convert(writePickle(value, python), options);
  } catch (error) {
    if (error instanceof LegacyError) return error;
    throw error;
  }
  throw new Error("was not refused");
}
