/**
 * legacy: combinations that MXNet 1.9's own classes take and then fail on at every update; on a server the failure is
 * printed and swallowed, and the weights stay as they are. A spec would compute something else, so none is made.
 */
import type { Fact } from "../pickle/facts.ts";
import type { Ledger } from "../report.ts";

interface Broken {
  readonly field: string;
  readonly fails: (fields: ReadonlyMap<string, unknown>) => boolean;
  readonly why: string;
}

const BROKEN: ReadonlyMap<string, Broken> = new Map([
  [
    "DCASGD",
    {
      field: "momentum",
      fails: (fields) => fields.get("momentum") !== 0,
      why: "is not 0: MXNet's class then tests an array for truth and raises at every update",
    },
  ],
  [
    "Signum",
    {
      field: "wd_lh",
      fails: (fields) => fields.get("momentum") === 0 && fields.get("wd_lh") !== 0,
      why: "is given without a momentum: MXNet's signsgd_update has no such argument and raises at every update",
    },
  ],
] satisfies [string, Broken][]);

/** Refuses, in the ledger, an optimizer that its own framework cannot run. */
export function refuseBroken(
  className: string,
  fields: ReadonlyMap<string, unknown>,
  fact: (name: string) => Fact,
  ledger: Ledger,
): void {
  const broken = BROKEN.get(className);
  if (broken?.fails(fields)) ledger.refuse("refused-field", broken.field, fact(broken.field), broken.why);
}
