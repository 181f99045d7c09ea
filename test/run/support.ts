/** Test help: a rule at work on one parameter. */
import type { Optimizer } from "../../src/run/optimizer.ts";
import { compile } from "../../src/run/optimizer.ts";
import { checkedRule } from "../check/authored.ts";

export interface AtWork {
  readonly data: Float32Array;
  readonly optimizer: Optimizer;
  /** One update; gives the weights after it. */
  step(...gradient: readonly number[]): readonly number[];
}

/** A rule at work on the parameter `w`. */
export function work(
  rule: string,
  weights: readonly number[],
  more: { readonly spec?: object; readonly shape?: readonly number[] } = {},
): AtWork {
  const data = Float32Array.from(weights);
  const { shape } = more;
  const parameter = shape === undefined ? { data } : { data, shape };
  const optimizer = compile(checkedRule(rule, more.spec)).attach({ w: parameter });
  return {
    data,
    optimizer,
    step(...gradient) {
      optimizer.step({ w: Float32Array.from(gradient) });
      return [...data];
    },
  };
}
