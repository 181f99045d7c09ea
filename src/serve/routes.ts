/** serve: all routes. One row each; what a row's function throws is answered as the refusal that it is. */
import { amend } from "./amend.ts";
import { health } from "./health.ts";
import type { Route } from "./service.ts";
import { verify } from "./verify.ts";

/** Prometheus' text format. */
const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export const ROUTES: readonly Route[] = [
  { method: "POST", path: "/verify", answer: verify },
  { method: "POST", path: "/amend", answer: amend },
  { method: "GET", path: "/healthz", answer: health },
  {
    method: "GET",
    path: "/metrics",
    answer: async (_, { metrics }) => ({ status: 200, type: METRICS_TYPE, text: await metrics.text() }),
  },
];
