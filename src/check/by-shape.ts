/**
 * check: bodies by the parameter's shape. Guards and conditions may ask of a shape that is not known yet; each question is
 * tried both ways, so that whatever shapes come, the body for them has been looked at.
 */
import type { Body, ByShape, Node } from "../spec/program.ts";
import type { Report } from "./errors.ts";
import type { Ask } from "./expression.ts";
import type { Place } from "./place.ts";

/** Questions that follow on each other. Built-ins ask two. */
const MAX_QUESTIONS = 4;

/** The bodies that `make` gives for every answer; what it reports for any of them is reported. */
export function byShape(make: (ask: Ask, report: Report) => Body, at: Place, report: Report): ByShape {
  return decide(make, new Map(), at, report);
}

function decide(
  make: (ask: Ask, report: Report) => Body,
  answers: ReadonlyMap<string, boolean>,
  at: Place,
  report: Report,
): ByShape {
  const open: { key: string; question: Node }[] = [];
  const heard: Parameters<Report>[] = [];
  const ask: Ask = (question) => {
    const key = JSON.stringify(question);
    const answer = answers.get(key);
    if (answer === undefined) open.push({ key, question });
    return answer ?? true;
  };
  const body = make(ask, (...issue) => heard.push(issue));
  const [first] = open;
  if (first !== undefined && answers.size < MAX_QUESTIONS) {
    const { key, question } = first;
    const answered = (answer: boolean) => decide(make, new Map([...answers, [key, answer]]), at, report);
    return { ask: question, yes: answered(true), no: answered(false) };
  }
  for (const issue of heard) report(...issue);
  if (first !== undefined) {
    const message = `the rule asks more than ${MAX_QUESTIONS} different things of a shape`;
    report("guard", at, message, "ask the same thing in the same words: `rank >= 2` and `not rank >= 2`");
  }
  return body;
}
