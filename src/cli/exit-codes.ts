/** cli: exit codes. Scripts read them: a number here never changes its meaning. */
import type { Stage } from "../index.ts";

export const DONE = 0;
/** A bug in optseal. */
export const BUG = 1;
export const USAGE = 2;
/** A file or the system. */
export const FILE = 3;

interface Refusal {
  readonly exitCode: number;
  /** What to do where the refusal itself says nothing. */
  readonly hint: string;
}

/** What each stage's refusals exit with. */
export const REFUSALS: Readonly<Record<Stage, Refusal>> = Object.freeze({
  spec: {
    exitCode: 10,
    hint: "`optseal list` names the built-ins, `optseal show NAME` prints one with its hyperparameters",
  },
  codec: { exitCode: 11, hint: "the document was changed or cut short on its way: fetch it again" },
  envelope: { exitCode: 12, hint: "`optseal inspect FILE` tells what a file is and whose keys it names" },
  trust: { exitCode: 13, hint: "`optseal trust show TRUST` tells who may sign what" },
  check: {
    exitCode: 14,
    hint: "`optseal show NAME` prints a built-in with its hyperparameters and their ranges",
  },
  run: { exitCode: 15, hint: "`optseal inspect FILE` lists the tensors of a file" },
  legacy: { exitCode: 16, hint: "`optseal inspect FILE` shows what a file holds, without running any of it" },
  state: { exitCode: 17, hint: "`optseal inspect FILE` lists the tensors of a file" },
});
