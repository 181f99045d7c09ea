/** serve: what the service itself refuses, before or beside the stages. In: a code. Out: an error that knows its HTTP status. */

/** Why a request is refused that no stage has judged. */
export type ServeCode =
  /** The client gave something else than a name for the job or the audience, or gave one twice. */
  | "bad-label"
  /** A question's flag is neither 0 nor 1, or is given twice. */
  | "bad-flag"
  /** The body of `POST /amend` is no JSON of envelopes. */
  | "bad-body"
  /** A request line or header that is none. */
  | "bad-request"
  /** A page in a browser asks: this is a service for programs of this host. */
  | "browser"
  /** A host name that is not this host's own. */
  | "wrong-host"
  /** Nothing is there. */
  | "not-found"
  /** Something is there, for another method. */
  | "wrong-method"
  /** A body of unknown length. */
  | "length-required"
  /** A body beyond the limit, or more envelopes than may be brought at once. */
  | "too-large"
  /** More requests than can be answered at once. */
  | "busy"
  /** The answer took too long. */
  | "timeout"
  /** The client went away, or made room for others. */
  | "interrupted"
  /** A bug in optseal. */
  | "bug";

const STATUS: Readonly<Record<ServeCode, number>> = Object.freeze({
  "bad-label": 400,
  "bad-flag": 400,
  "bad-body": 400,
  "bad-request": 400,
  browser: 403,
  "wrong-host": 421,
  "not-found": 404,
  "wrong-method": 405,
  "length-required": 411,
  "too-large": 413,
  busy: 503,
  timeout: 503,
  interrupted: 400,
  bug: 500,
});

/** A refusal by the service. */
export class ServeError extends Error {
  override readonly name = "ServeError";
  readonly code: ServeCode;
  readonly hint: string | undefined;
  /** Where in the body. */
  readonly path: string | undefined;

  constructor(
    code: ServeCode,
    message: string,
    hint?: string,
    { path, ...options }: ErrorOptions & { readonly path?: string } = {},
  ) {
    super(message, options);
    this.code = code;
    this.hint = hint;
    this.path = path;
  }

  get status(): number {
    return STATUS[this.code];
  }
}
