/** serve: what a route can use, and what a route is. Types only. */
import type { SequenceStore } from "../index.ts";
import type { Answer } from "./answers.ts";
import type { ServeLimits } from "./limits.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { TrustFile } from "./trust-file.ts";

export interface Service {
  readonly trust: TrustFile;
  readonly store: SequenceStore;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly limits: ServeLimits;
  /** Seconds since 1970. */
  now(): number;
  stopping(): boolean;
}

export interface ServeRequest {
  /** All values that the query has of a name. */
  query(name: string): readonly string[];
  header(name: string): string | undefined;
  /** All of it; empty for methods that have none. */
  readonly body: Uint8Array;
}

/** A row of the table in `routes.ts`. What `answer` throws becomes a refusal, by the stage that threw it. */
export interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly answer: (request: ServeRequest, service: Service) => Promise<Answer>;
}
