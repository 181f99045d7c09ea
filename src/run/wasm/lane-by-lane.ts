/** run: operations that passes do lane by lane, on binary64, each with its arity: there is a function of the same name for that. */
export const LANE_BY_LANE: ReadonlyMap<string, number> = new Map([
  ...["exp", "log", "sin", "cos", "cosf", "bf16", "f16"].map((name) => [name, 1] as const),
  ...["pow", "powf"].map((name) => [name, 2] as const),
]);
