/**
 * check: bodies by the parameter's shape. Guards and conditions may ask of a shape that is not known yet; each question is
 * tried both ways, so that whatever shapes come, the body for them has been looked at.
 */
import type { Operation } from "../spec/operations/operation.ts";
import { printNumber } from "../spec/print.ts";
import type { Body, ByShape, Node } from "../spec/program.ts";
import type { Report } from "./errors.ts";
import type { Ask } from "./expression.ts";
import type { Place } from "./place.ts";

/** One text for each question. JSON alone would spell NaN and the infinities as null, and minus zero as zero. */
const keyOf = (question: Node): string =>
  JSON.stringify(question, (field, value: unknown) => {
    if (field === "operation") return (value as Operation).name;
    return typeof value === "number" ? printNumber(value) : value;
  });

/** Questions that follow on each other. Built-ins ask two. */
const MAX_QUESTIONS = 4;
/** How often a body is made at the most. */
export const MOST_BODIES = 2 ** MAX_QUESTIONS;

type Make = (ask: Ask, report: Report) => Body;
type Answers = ReadonlyMap<string, boolean>;

/** A body as it is where all questions that are still open hold. */
interface Attempt {
  readonly body: Body;
  readonly open: readonly { readonly key: string; readonly question: Node }[];
  readonly heard: readonly Parameters<Report>[];
}

/** The bodies that `make` gives for every answer; what it reports for any of them is reported. */
export function byShape(make: Make, at: Place, report: Report): ByShape {
  return decide(make, new Map(), attempt(make, new Map()), at, report);
}

function attempt(make: Make, answers: Answers): Attempt {
  const open: { key: string; question: Node }[] = [];
  const heard: Parameters<Report>[] = [];
  const ask: Ask = (question) => {
    const key = keyOf(question);
    const answer = answers.get(key);
    if (answer === undefined) open.push({ key, question });
    return answer ?? true;
  };
  const body = make(ask, (...issue) => heard.push(issue));
  return { body, open, heard };
}

function decide(
  make: Make,
  answers: Answers,
  { body, open, heard }: Attempt,
  at: Place,
  report: Report,
): ByShape {
  const [first] = open;
  if (first !== undefined && answers.size < MAX_QUESTIONS) {
    const { key, question } = first;
    const where = (answer: boolean) => new Map([...answers, [key, answer]]);
    const same = { body, open: open.filter((other) => other.key !== key), heard };
    return {
      ask: question,
      yes: decide(make, where(true), same, at, report),
      no: decide(make, where(false), attempt(make, where(false)), at, report),
    };
  }
  for (const issue of heard) report(...issue);
  if (first !== undefined) {
    const message = `the rule asks more than ${MAX_QUESTIONS} different things of a shape`;
    report("guard", at, message, "ask the same thing in the same words: `rank >= 2` and `not rank >= 2`");
  }
  return body;
}
