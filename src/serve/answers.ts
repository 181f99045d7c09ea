/** serve: answers as JSON. In: what `open` returned, or an error. Out: an HTTP status and a document. */
import type { Issue, Opened, Stage } from "../index.ts";
import { documentDigest, StageError } from "../index.ts";
import { ServeError } from "./errors.ts";

/** An answer, ready to be sent. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

const JSON_TYPE = "application/json";
/** More issues than these help nobody. */
const MOST_ISSUES = 20;
/** Seconds after which a client may try again what this server could not judge. */
const RETRY_AFTER = "1";

/** What each stage's refusals are called in HTTP. */
const STAGE_STATUS: Readonly<Record<Stage, number>> = Object.freeze({
  codec: 400,
  envelope: 400,
  trust: 403,
  spec: 422,
  check: 422,
  run: 422,
  legacy: 422,
  state: 422,
});

/** Codes that say more than their stage: what contradicts what was accepted, and what is the server's own trouble. */
const CODE_STATUS: ReadonlyMap<string, number> = new Map([
  ["replay", 409],
  ["conflict", 409],
  ["sequence-jump", 409],
  ["stale-base", 409],
  ["store", 503],
  ["trust-expired", 503],
  ["trust-not-yet-valid", 503],
  ["no-backend", 503],
]);

/** JSON has no minus zero: it is a text, as in the modules' own JSON. */
const exact = (_: string, value: unknown): unknown => (Object.is(value, -0) ? "-0" : value);

/** JSON in ASCII, so that a log or a terminal can do nothing but print it. */
export function asciiJson(value: unknown, replacer?: (name: string, value: unknown) => unknown): string {
  return JSON.stringify(value, replacer).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A document with a status. */
export function jsonAnswer(status: number, document: object): Answer {
  return { status, type: JSON_TYPE, text: `${asciiJson(document)}\n` };
}

/** Every worker sends the same statement, and `open` gives the same frozen spec for it: it is written once. */
const written = new WeakMap<object, { readonly digest: string; readonly text: string }>();

function writtenSpec(spec: Opened["admitted"]["spec"]) {
  const known = written.get(spec);
  if (known !== undefined) return known;
  const made = { digest: documentDigest(spec), text: asciiJson(spec, exact) };
  written.set(spec, made);
  return made;
}

/**
 * A statement that was accepted: its standing, its digests, who signed it, what it claims, its spec, and its module where that
 * is asked for.
 * @param module in base64
 */
export function accepted({ admitted }: Opened, module: string | undefined): Answer {
  const { status, digest, amends, owners, claims, spec } = admitted;
  const { job, audience, sequence, issued, expires } = claims;
  const { digest: specDigest, text } = writtenSpec(spec);
  const head = { status, digest, amends, specDigest, owners, job, audience, sequence, issued, expires };
  const tail = module === undefined ? "" : `,"module":"${module}"`;
  return { status: 200, type: JSON_TYPE, text: `${asciiJson(head).slice(0, -1)},"spec":${text}${tail}}\n` };
}

/** What a refusal is called wherever it is told: in answers, in the log and in metrics. */
export interface Refusal {
  readonly stage: Stage | "serve";
  readonly code: string;
  readonly message: string;
  readonly issues: readonly Issue[];
  readonly status: number;
}

/** Any error as a refusal; what nobody foresaw is a bug, and the client is told no more than that. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof StageError) {
    const { stage, code, issues } = error;
    const status = CODE_STATUS.get(code) ?? STAGE_STATUS[stage];
    return { stage, code, message: issues[0].message, issues, status };
  }
  const known = error instanceof ServeError ? error : new ServeError("bug", "a bug in optseal: see its log");
  const { code, message, path, hint, status } = known;
  const issue: Issue = {
    code,
    message,
    ...(path === undefined ? {} : { path }),
    ...(hint === undefined ? {} : { hint }),
  };
  return { stage: "serve", code, message, issues: [issue], status };
}

/** A refusal as an answer: the first issue's code, message, place and hint, and then all issues. */
export function refused({ stage, issues, status }: Refusal): Answer {
  const document = { stage, ...issues[0], issues: issues.slice(0, MOST_ISSUES) };
  const answer = jsonAnswer(status, document);
  return status === 503 ? { ...answer, headers: { "retry-after": RETRY_AFTER } } : answer;
}
