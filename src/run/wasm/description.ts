/** run: what a module says of itself in its custom section, as JSON. docs/abi.md has the meaning of every field. */
import { ruleDigest } from "../../spec/print.ts";
import type { Body, ByShape, Node, Program } from "../../spec/program.ts";
import type { GradientSteps, Match, Rule, Schedule, SlotShape, Spec } from "../../spec/tree.ts";
import { isWrittenOut } from "../../spec/tree.ts";
import type { TensorShape } from "../../spec/types.ts";

/** Hosts take modules of this version alone. */
export const ABI = 1;

/** A tensor in memory, and the cell of the frame that has its address. */
export interface Place {
  readonly name: string;
  readonly role: "weight" | "gradient" | "slot" | "scratch";
  readonly shape: TensorShape;
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

export interface BodyDescription {
  readonly frame: number;
  /** Cells with numbers, by name, in bytes from the frame's start. */
  readonly numbers: { readonly [name: string]: number };
  readonly slots: readonly { readonly name: string; readonly shape: SlotShape }[];
  readonly places: readonly Place[];
  readonly sums: readonly Sums[];
  readonly steps: readonly StepDescription[];
}

/** Which body a shape is given: its number, or a condition and two ways on. */
export type Choice = number | { readonly ask: string; readonly yes: Choice; readonly no: Choice };

export interface Description {
  readonly abi: typeof ABI;
  readonly rule: string;
  readonly schedule?: string;
  readonly memory: { readonly free: number };
  readonly gradient?: GradientSteps;
  readonly scheduled?: string;
  readonly cycled?: string;
  readonly hyper: readonly string[];
  readonly bindings: readonly {
    readonly match?: Match;
    readonly hyper: { readonly [name: string]: unknown };
    readonly needs: readonly string[];
    readonly body: Choice;
  }[];
  readonly bodies: readonly BodyDescription[];
}

const digestOfTree = (tree: Rule | Schedule | { readonly digest: string }): string =>
  "digest" in tree ? tree.digest : ruleDigest(tree);

/** The names of the texts that the module stands for. */
export function digestOf({ rule, schedule }: Spec): { readonly rule: string; readonly schedule?: string } {
  const own = digestOfTree(rule as Rule);
  if (schedule === undefined) return { rule: own };
  return { rule: own, schedule: digestOfTree(schedule.rule as Schedule) };
}
void isWrittenOut;

/** Infinite and other numbers that JSON has no word for are texts. */
const plain = (value: unknown): unknown =>
  typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))
    ? Object.is(value, -0)
      ? "-0"
      : String(value)
    : Array.isArray(value)
      ? value.map(plain)
      : value;

/** What a host has to know of the groups. */
export function bindingsOf({ bindings }: Program, bodies: readonly Body[]): Description["bindings"] {
  return bindings.map(({ match, hyper, needs, bodies: own }) => ({
    ...(match === undefined ? {} : { match }),
    hyper: Object.fromEntries(Object.entries(hyper).map(([name, value]) => [name, plain(value)])),
    needs: needs.map(({ text }) => text),
    body: choiceOf(own, bodies),
  }));
}

function choiceOf(own: ByShape, bodies: readonly Body[]): Choice {
  if (!("ask" in own)) return bodies.indexOf(own);
  return { ask: textOf(own.ask), yes: choiceOf(own.yes, bodies), no: choiceOf(own.no, bodies) };
}

/** A condition in prefix form. */
function textOf(node: Node): string {
  if (node.kind === "literal") return String(node.value);
  if (node.kind === "name") return node.name;
  if (node.kind === "lookup") return `${node.operation.name}([${node.list.join(", ")}], ${textOf(node.operand)})`;
  return `${node.operation.name}(${node.operands.map(textOf).join(", ")})`;
}
