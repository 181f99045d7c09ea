/** serve: metrics. In: what happens. Out: Prometheus' text format. Labels come from closed sets, never from clients. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What is asked when metrics are read. */
export interface Gauges {
  readonly trust_age: () => number;
  readonly trust_remaining: () => number;
  readonly trust_version: () => number;
  readonly trust_problem: () => number;
  readonly connections: () => number;
  readonly requests: () => number;
  readonly held_bytes: () => number;
}

const GAUGES: Readonly<Record<keyof Gauges, readonly [name: string, help: string]>> = {
  trust_age: ["optseal_trust_age_seconds", "Seconds since the trust document in force was issued"],
  trust_remaining: ["optseal_trust_remaining_seconds", "Seconds until it expires; negative when it has"],
  trust_version: ["optseal_trust_version", "Version of the trust document in force"],
  trust_problem: ["optseal_trust_reload_failing", "1 while the file is not the document in force"],
  connections: ["optseal_connections", "Open connections"],
  requests: ["optseal_requests_in_flight", "Requests that are being answered"],
  held_bytes: ["optseal_held_bytes", "Bytes of bodies and of answers that are held"],
};

/** Seconds: a verification takes some tenths of a millisecond, a store on a disk or a network some milliseconds. */
const BUCKETS = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface Metrics {
  /** `path`: a route's, here and below; of what asks for none, `other`. */
  accepted(path: string, status: string): void;
  refused(path: string, stage: string, code: string): void;
  took(path: string, seconds: number): void;
  reloaded(result: string): void;
  /** A connection was closed without an answer, or with one that no route gave. */
  dropped(reason: string): void;
  text(): Promise<string>;
}

/** The metrics of one server. */
export function makeMetrics(gauges: Gauges): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name: `optseal_${name}_total`, help, labelNames, registers });
  const accepted = counter("accepted", "Statements accepted", "path", "status");
  const refused = counter("refused", "Requests refused", "path", "stage", "code");
  const reloads = counter("trust_reloads", "Changes of the trust document's file", "result");
  const dropped = counter("connections_dropped", "Connections closed for what they did or did not", "reason");
  const took = new Histogram({
    name: "optseal_request_seconds",
    help: "Time from a whole request to its answer",
    labelNames: ["path"],
    buckets: BUCKETS,
    registers,
  });
  for (const [key, [name, help]] of Object.entries(GAUGES))
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(gauges[key as keyof Gauges]());
      },
    });
  return {
    accepted: (path, status) => accepted.inc({ path, status }),
    refused: (path, stage, code) => refused.inc({ path, stage, code }),
    took: (path, seconds) => took.observe({ path }, seconds),
    reloaded: (result) => reloads.inc({ result }),
    dropped: (reason) => dropped.inc({ reason }),
    text: () => registry.metrics(),
  };
}
