/**
 * Conformance: where a built-in differs from the real thing, how far and why, by framework. Each row: `rule`, one name after the slash
 * or several; `what` differs; how `far`; the `cause`.
 */
import { TFJS } from "./differences/tfjs.mjs";

/** Rows by the name of the framework in frameworks.mjs. */
export const DIFFERENCES = { tfjs: TFJS };
