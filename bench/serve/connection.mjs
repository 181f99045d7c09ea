/** A client's connection that says what it is told to, whether that is HTTP or not, and notes when it was answered. */
import { connect } from "node:net";

const END = Buffer.from("\r\n\r\n");

/** A request's bytes. */
export function requestOf(path, body = Buffer.alloc(0), headers = "") {
  const head = `${body.length === 0 ? "GET" : "POST"} ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}`;
  return Buffer.concat([Buffer.from(`${head}Content-Length: ${body.length}\r\n\r\n`), body]);
}

/** The answer that begins these bytes, and whether it is the last; undefined where it is not there in whole. */
function answerIn(bytes) {
  const end = bytes.indexOf(END);
  if (end < 0) return undefined;
  const head = bytes.toString("latin1", 0, end);
  const length = end + END.length + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  if (bytes.length < length) return undefined;
  return { status: Number(head.slice(9, 12)), length, isLast: /^connection: close/im.test(head) };
}

/** Asks one question after the other. */
export class Connection {
  #socket;
  #held = Buffer.alloc(0);
  #waiting;

  constructor(path) {
    this.#socket = connect({ path });
    this.#socket.on("data", (chunk) => {
      this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
      const answer = answerIn(this.#held);
      if (answer === undefined) return;
      this.#held = this.#held.subarray(answer.length);
      if (answer.isLast) this.close();
      this.#settle(answer.status);
    });
    this.#socket.on("error", () => undefined).on("close", () => this.#settle(0));
  }

  get isOpen() {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  /** The status of the answer; 0 where the connection was closed instead. */
  ask(request) {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      if (this.isOpen) this.#socket.write(request);
      else this.#settle(0);
    });
  }

  close() {
    this.#socket.destroy();
  }

  #settle(status) {
    this.#waiting?.(status);
    this.#waiting = undefined;
  }
}
