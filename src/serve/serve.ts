/**
 * serve: verification as a service for the programs of one host. In: where to listen, whose signatures count, what remembers.
 * Out: a server that answers until it is stopped. One that could not verify does not start.
 */

import type { Server } from "node:http";
import { createServer } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { SequenceStore } from "../index.ts";
import { makeListener } from "./app.ts";
import { requestsUntil } from "./breath.ts";
import { Connections } from "./connections.ts";
import { askStore } from "./health.ts";
import type { ServeLimits } from "./limits.ts";
import { HEADER_BYTES, MOST_HEADERS, SERVE_LIMITS } from "./limits.ts";
import type { Address } from "./listen.ts";
import { listen } from "./listen.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { makeMetrics } from "./metrics.ts";
import type { Service } from "./service.ts";
import type { TrustFile } from "./trust-file.ts";

export interface ServeOptions {
  readonly address: Address;
  readonly trust: TrustFile;
  readonly store: SequenceStore;
  readonly log: Log;
  /** Seconds since 1970. */
  readonly now: () => number;
  readonly limits?: Partial<ServeLimits>;
  /** Milliseconds between two looks at the trust document's file. */
  readonly lookMs?: number;
}

/** A server that listens. */
export interface Serving {
  readonly address: string;
  /** Takes no more, gives all answers that are due, and closes. */
  stop(): Promise<void>;
}

/** HTTP's own answers to what is no request, by the parser's code. */
const NO_REQUEST: ReadonlyMap<string, string> = new Map([
  ["HPE_HEADER_OVERFLOW", "431 Request Header Fields Too Large"],
  ["ERR_HTTP_REQUEST_TIMEOUT", "408 Request Timeout"],
]);

function dropGarbage(server: Server, metrics: Metrics): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    const isKnown = NO_REQUEST.has(error.code ?? "");
    metrics.dropped(isKnown ? (error.code as string) : "no-request");
    if (!socket.writable) return void socket.destroy();
    socket.write(
      `HTTP/1.1 ${NO_REQUEST.get(error.code ?? "") ?? "400 Bad Request"}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
    socket.destroySoon();
  });
}

function makeServer(service: Service, guests: Connections): Server {
  const { limits, metrics } = service;
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.headersMs,
      // Often: all that are late by then are told so in one turn.
      connectionsCheckingInterval: Math.min(100, limits.headersMs),
      requireHostHeader: true,
      IncomingMessage: requestsUntil((socket) => guests.asksTooMuch(socket)),
    },
    makeListener(service, guests),
  );
  // Else an answer that takes longer than one turn is lost to a client that has closed its half.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.maxHeadersCount = MOST_HEADERS;
  // Also for who asks and never takes the answer.
  server.setTimeout(limits.requestMs + limits.answerMs);
  server.on("connection", (socket) => guests.enter(socket));
  server.on("upgrade", ({ socket }) => {
    guests.ask(socket);
    socket.destroy();
  });
  dropGarbage(server, metrics);
  return server;
}

/** Looks at the trust document's file for as long as the signal allows. */
async function watchTrust(
  { trust, metrics, log }: Service,
  everyMs: number,
  signal: AbortSignal,
): Promise<void> {
  let told: string | undefined;
  for (;;) {
    await pause(everyMs, undefined, { signal, ref: false });
    const look = await trust.look();
    if (look === "replaced") {
      const { digest, document } = trust.trust;
      metrics.reloaded("replaced");
      log("info", "trust-replaced", { version: document.version, digest });
    }
    if (trust.problem !== told && trust.problem !== undefined) {
      metrics.reloaded("kept");
      log("error", "trust-kept", { code: trust.problem });
    }
    told = trust.problem;
  }
}

/**
 * Starts to serve.
 * @throws TrustError `store` if the store cannot be read; the system's errors if it cannot listen
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { trust, store, log, now, address, lookMs = 1000 } = options;
  const limits = { ...SERVE_LIMITS, ...options.limits };
  let stopping = false;
  const guests = new Connections(limits, (reason) => metrics.dropped(reason));
  const metrics: Metrics = makeMetrics({
    trust_age: () => now() - trust.trust.document.issued,
    trust_remaining: () => trust.trust.document.expires - now(),
    trust_version: () => trust.trust.document.version,
    trust_problem: () => Number(trust.problem !== undefined),
    connections: () => guests.count,
    requests: () => guests.requests,
    held_bytes: () => guests.bytes,
  });
  const service: Service = { trust, store, metrics, log, limits, now, stopping: () => stopping };
  await askStore(service);
  const server = makeServer(service, guests);
  const where = await listen(server, address);
  const watch = new AbortController();
  const watched = watchTrust(service, lookMs, watch.signal).catch(() => undefined);
  log("info", "listening", { address: where, trust: trust.trust.digest });
  return {
    address: where,
    async stop() {
      stopping = true;
      log("info", "stopping", { requests: guests.requests });
      watch.abort();
      await watched;
      const closed = new Promise((resolve) => void server.close(resolve));
      const late = setTimeout(() => server.closeAllConnections(), limits.stopMs);
      await closed;
      clearTimeout(late);
      log("info", "stopped");
    },
  };
}
