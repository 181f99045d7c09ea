/** run: what a module says of itself in its custom section, as JSON. docs/abi.md has the meaning of every field. */
import type { Bound, CheckedContent } from "../../spec/gates.ts";
import { printNumber, treeDigest } from "../../spec/print.ts";
import type { GradientSteps, HyperValues, Match, Resume, SlotShape, Spec } from "../../spec/tree.ts";
import type { TensorShape } from "../../spec/types.ts";
import type { Half } from "../precision.ts";

/** Hosts take modules of this version alone. */
export const ABI = 1;

/** A tensor in memory, and the cell of the frame that has its address. */
export interface Place {
  readonly name: string;
  readonly role: "weight" | "gradient" | "slot" | "scratch";
  readonly shape: TensorShape;
  /** Absent: binary32. */
  readonly type?: Half;
  readonly at: number;
  /** Of scratch places: those with one number may have one memory, since none is needed while another is. */
  readonly share?: number;
}

/** One binary64 for each block of 1024 elements of a shape, and the cell that has the array's address. */
export interface Sums {
  readonly shape: TensorShape;
  readonly at: number;
}

/** What a host has a parameter go through, in order. */
export type StepDescription =
  | { readonly does: "scalars"; readonly function: string; readonly stops?: true }
  | {
      readonly does: "pass";
      readonly function: string;
      /** What the range counts, of which shape; ranges begin at a multiple of `grain`. */
      readonly over: "elements" | "lines";
      readonly shape: TensorShape;
      readonly grain: number;
      /** Places by their number. */
      readonly reads: readonly number[];
      readonly writes: readonly number[];
      readonly sums: readonly number[];
    }
  | { readonly does: "total"; readonly line: number };

export interface SlotDescription {
  readonly name: string;
  readonly shape: SlotShape;
  /** The cell of the number that it starts from; absent: a copy of the weights. */
  readonly init?: number;
}

export interface BodyDescription {
  readonly frame: number;
  /** An element's update takes nothing but that element of each place, and the step's scalars. */
  readonly elementwise?: true;
  /** The cell, an integer, where the host asks for division by way of reciprocals; absent: there is none to ask for. */
  readonly reciprocals?: number;
  /** Cells with numbers, by name, in bytes from the frame's start. */
  readonly numbers: { readonly [name: string]: number };
  /** Fills the cells that slots start from, in a frame with the parameter's shape and hyperparameters. */
  readonly start?: string;
  readonly slots: readonly SlotDescription[];
  readonly places: readonly Place[];
  readonly sums: readonly Sums[];
  readonly steps: readonly StepDescription[];
  /** Of binary32 alone: the bodies that take its place where weights, or weights and gradients, have 16 bits. */
  readonly variants?: readonly Variant[];
}

/** A body for other types of numbers, by its number. */
export interface Variant {
  readonly weight: Half;
  /** Absent: binary32. */
  readonly gradient?: Half;
  readonly body: number;
}

/** Which body a shape is given: its number, or the cell with a condition (1 where it holds) and two ways on. */
export type Choice = number | { readonly ask: number; readonly yes: Choice; readonly no: Choice };

/** The hyperparameters of a group, and what is asked of each of its parameters before anything runs. */
export interface BindingDescription {
  readonly match?: Match;
  readonly hyper: { readonly [name: string]: unknown };
  /** Fills the cells of needs and conditions in a frame with the parameter's shape and hyperparameters; absent if there are none. */
  readonly settle?: string;
  readonly frame: number;
  readonly needs: readonly { readonly text: string; readonly at: number }[];
  readonly body: Choice;
}

export interface ScheduleDescription {
  readonly hyper: { readonly [name: string]: unknown };
  readonly every: number;
  /** Operations of a step, as `check` counts them. */
  readonly cost: number;
  readonly start?: string;
  readonly step: string;
  readonly slots: readonly string[];
  readonly numbers: { readonly [name: string]: number };
  readonly frame: number;
}

export interface Description {
  readonly abi: typeof ABI;
  readonly digests: { readonly rule: string; readonly schedule?: string };
  /** The first byte of the memory that is the host's. */
  readonly free: number;
  readonly gradient?: GradientSteps;
  /** Where counting starts when there is no state; its numbers are as JSON has them. */
  readonly resume?: { readonly [field in keyof Resume]: unknown };
  /** What the trust document allows of the schedule's results. */
  readonly bounds?: { readonly rate?: Bound; readonly momentum?: Bound };
  readonly scheduled?: string;
  readonly cycled?: string;
  /** Cells that every frame of a parameter has at the same place. */
  readonly integers: { readonly [name: string]: number };
  readonly common: { readonly [name: string]: number };
  readonly total: number;
  readonly schedule?: ScheduleDescription;
  readonly bindings: readonly BindingDescription[];
  readonly bodies: readonly BodyDescription[];
}

/** The names of the texts that the module stands for. */
export function digestsOf({ rule, schedule }: Spec): Description["digests"] {
  const own = { rule: treeDigest(rule) };
  return schedule === undefined ? own : { ...own, schedule: treeDigest(schedule.rule) };
}

/** What the spec and the trust document give besides the program, for the host to hold to. */
export function givenIn({
  spec,
  rateBound,
  momentumBound,
}: CheckedContent): Pick<Description, "gradient" | "resume" | "bounds"> {
  const { gradient, resume } = spec;
  const bounds = {
    ...(rateBound === undefined ? {} : { rate: rateBound }),
    ...(momentumBound === undefined ? {} : { momentum: momentumBound }),
  };
  return {
    ...(gradient === undefined ? {} : { gradient }),
    ...(resume === undefined ? {} : { resume: plain(resume) as NonNullable<Description["resume"]> }),
    ...(Object.keys(bounds).length === 0 ? {} : { bounds }),
  };
}

/** Numbers that JSON has no word for are texts. */
const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null) return plainValues(value as HyperValues);
  const isPlain = typeof value !== "number" || (Number.isFinite(value) && !Object.is(value, -0));
  return isPlain ? value : printNumber(value);
};

/** Hyperparameters as JSON has them. */
export const plainValues = (hyper: HyperValues): { readonly [name: string]: unknown } =>
  Object.fromEntries(Object.entries(hyper).map(([name, value]) => [name, plain(value)]));
