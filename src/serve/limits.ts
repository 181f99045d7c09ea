/** serve: how much a client may ask for. Each number with its reason; all of them are options, so that tests can be short. */
import { DEFAULT_LIMITS } from "../index.ts";

export interface ServeLimits {
  /** Bytes of a body. */
  readonly body: number;
  /** Bytes of all bodies that are being received or answered, and of all answers that are not taken yet. */
  readonly held: number;
  /** Connections; who has waited longest makes room for the next. */
  readonly connections: number;
  /** Requests that are being answered. */
  readonly requests: number;
  /** Requests of one connection, which is closed with the answer to the last of them: none is for ever. */
  readonly perConnection: number;
  /** Milliseconds until the headers must be there, counted from the connection or the last answer's end. */
  readonly headersMs: number;
  /** Milliseconds until the whole request must be there. */
  readonly requestMs: number;
  /** Milliseconds that an answer may take, the store's included. */
  readonly answerMs: number;
  /** Milliseconds that a stop waits for answers. */
  readonly stopMs: number;
}

export const SERVE_LIMITS: ServeLimits = Object.freeze({
  // JSON's base64 of the largest document, and as much again as half of it for signatures.
  body: 2 * DEFAULT_LIMITS.bytes,
  held: 64 * DEFAULT_LIMITS.bytes,
  connections: 512,
  requests: 128,
  perConnection: 10_000,
  headersMs: 5000,
  requestMs: 10_000,
  answerMs: 10_000,
  stopMs: 10_000,
});

/** Bytes of a request's first line and headers; the most that job and audience take is 256. */
export const HEADER_BYTES = 8192;
/** Envelopes that `POST /amend` takes: a spec and its amendments since a job began. Each costs as much as one of its own. */
export const MOST_ENVELOPES = 256;
export const MOST_HEADERS = 64;
/** Requests of one connection that may wait for their answers. No common client sends a second before the first is answered. */
export const MOST_PIPELINED = 16;
