/** spec: what an optimizer knows beside its weights. Engines hand it out and take it in; `state` writes it to files. */

/** One slot of one parameter: as many numbers as its shape says, or one for the whole parameter. */
export type SlotValue = Float32Array | number;

export interface OptimizerState {
  /** Updates that each parameter has had, by key. */
  readonly counts: ReadonlyMap<string, number>;
  /** The highest of all counts, those of parameters elsewhere included. */
  readonly updates: number;
  /**
   * The schedule's scalars, `rate` among them; empty without a schedule. Where groups have base rates of their own, theirs stand
   * beside them, as `NAME@2` for groups[2].
   */
  readonly schedule: ReadonlyMap<string, number>;
  /** Scalars that all parameters share. */
  readonly shared: ReadonlyMap<string, number>;
  /** Values by slot, then by key. */
  readonly slots: ReadonlyMap<string, ReadonlyMap<string, SlotValue>>;
}
