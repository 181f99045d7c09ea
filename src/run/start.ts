/** run: where an optimizer begins. In: a spec. Out: the state that it starts from when nobody hands one in. */
import type { OptimizerState } from "../spec/optimizer-state.ts";
import type { Spec } from "../spec/tree.ts";

/** Where a spec starts counting when no state is given. */
export function firstState({ resume }: Spec): OptimizerState {
  const counts = new Map(Object.entries(resume?.counts ?? {}));
  const updates = resume?.updates ?? Math.max(resume?.begin ?? 0, ...counts.values());
  const schedule = new Map(Object.entries(resume?.schedule ?? {}));
  return { counts, updates, schedule, shared: new Map(), slots: new Map() };
}
