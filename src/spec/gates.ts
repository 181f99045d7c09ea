/**
 * spec: the gates that a spec passes. `author` alone makes `Authored`, `trust` alone `Admitted`, `check` alone `Checked`; the
 * package does not export the gates, so no program can go around one.
 */
import type { Digest } from "../base/digest.ts";
import type { Gate, Passed } from "../base/gate.ts";
import { gate } from "../base/gate.ts";
import type { Program } from "./program.ts";
import type { Spec } from "./tree.ts";

/** A spec written on this machine: `author` has found that it fits its schema. */
export interface AuthoredContent {
  readonly spec: Spec;
}
export type Authored = Passed<"authored", AuthoredContent>;

/** Who said it, to whom, and when: what is signed beside a spec. Times are seconds since 1970-01-01 UTC. */
export interface Claims {
  readonly job: string;
  readonly audience: readonly string[];
  readonly sequence: number;
  readonly issued: number;
  readonly expires: number;
}

/** The least and the most that a hyperparameter may be, both inclusive. */
export interface Bound {
  readonly min?: number;
  readonly max?: number;
}

/** A spec that came over a wire and that `trust` has admitted. */
export interface AdmittedContent {
  readonly spec: Spec;
  readonly claims: Claims;
  /** Of the statement as signed: the name of this very message. */
  readonly digest: Digest;
  /** Of an amendment: the digest of the spec that it changes. `spec` is that one with its changes. */
  readonly amends?: Digest;
  /** Whose signatures counted. */
  readonly owners: readonly string[];
  /** Operations that one update of one element may cost, where the policy says so. */
  readonly costLimit?: number;
  /** What the policy allows of hyperparameters, by name. Values as written have been held against it. */
  readonly bounds?: { readonly [name: string]: Bound };
  /** `new`: the first time that this job and audience hears it. `in-force`: said again, nothing to be restarted. */
  readonly status: "new" | "in-force";
}
export type Admitted = Passed<"admitted", AdmittedContent>;

/** A spec that `check` has proven fit to run, with its program. */
export interface CheckedContent {
  readonly spec: Spec;
  readonly program: Program;
  /** What the policy allows of the hyperparameter that the schedule drives: engines hold each rate against it. */
  readonly rateBound?: Bound;
  /** The same of the hyperparameter that the schedule's momentum drives. */
  readonly momentumBound?: Bound;
}
export type Checked = Passed<"checked", CheckedContent>;

export const authoredGate: Gate<"authored", AuthoredContent> = gate();
export const admittedGate: Gate<"admitted", AdmittedContent> = gate();
export const checkedGate: Gate<"checked", CheckedContent> = gate();
