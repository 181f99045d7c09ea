/** Test help: what a call is refused with. */
import { StageError } from "../../src/base/errors.ts";

/** The refusal of a stage; any other ending is a failure of the test. */
export function refusal(call: () => unknown): StageError {
  try {
    call();
  } catch (error) {
    if (error instanceof StageError) return error;
    throw error;
  }
  throw new Error("was not refused");
}
