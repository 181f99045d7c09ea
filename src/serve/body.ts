/** serve: a request's body. In: a request whose length is announced. Out: all of it in one piece, or a refusal. */
import type { IncomingMessage } from "node:http";
import { ServeError } from "./errors.ts";

/**
 * How long the body will be; 0 where there is none.
 * @throws ServeError `length-required` for a body in chunks, of which a client could send a million, each of a byte
 * @throws ServeError `too-large`
 */
export function announcedLength({ headers }: IncomingMessage, most: number): number {
  if (headers["transfer-encoding"] !== undefined)
    throw new ServeError("length-required", "the body's length is not announced", "send Content-Length");
  const length = Number(headers["content-length"] ?? 0);
  if (!(length <= most)) throw new ServeError("too-large", `more than ${most} bytes`);
  return length;
}

/** What is set aside for a body before any of it is there: as much as a socket gives at once. */
const FIRST = 64 * 1024;

/** The bytes of a body of this length, for which room is made as they come. @throws ServeError `interrupted` if the client goes away before its end */
export function readBody(incoming: IncomingMessage, length: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let body = Buffer.allocUnsafe(Math.min(length, FIRST));
    let filled = 0;
    const makeRoom = (needed: number) => {
      const larger = Buffer.allocUnsafe(Math.min(length, Math.max(needed, 2 * body.length)));
      body.copy(larger, 0, 0, filled);
      body = larger;
    };
    // Every request closes in the end: an error is made of none but those that do so early.
    let ended = false;
    const interrupted = () => {
      if (!ended) reject(new ServeError("interrupted", "the request ended before its body"));
    };
    incoming
      .on("data", (chunk: Buffer) => {
        if (filled + chunk.length > body.length) makeRoom(filled + chunk.length);
        filled += chunk.copy(body, filled);
      })
      .once("end", () => {
        if (filled !== length) return interrupted();
        ended = true;
        resolve(body);
      })
      .once("error", interrupted)
      .once("close", interrupted);
  });
}
