/** serve: `POST /verify`. In: an envelope's bytes, a job and an audience. Out: what `open` says. */
import { open } from "../index.ts";
import type { Answer } from "./answers.ts";
import { accepted } from "./answers.ts";
import { scopeOf } from "./scope.ts";
import type { ServeRequest, Service } from "./service.ts";

/** Takes the envelope through all gates. @throws as `open`; ServeError `bad-label` */
export async function verify(request: ServeRequest, service: Service): Promise<Answer> {
  const { trust, store, metrics, log, now } = service;
  const scope = scopeOf(request);
  const opened = await open(request.body, { ...scope, trust: trust.trust, store, now: now() });
  const { status, digest, claims, owners } = opened.admitted;
  metrics.accepted(status);
  const { sequence } = claims;
  log("info", "accepted", { ...scope, status, digest, sequence, owners: owners.join(" ") });
  return accepted(opened);
}
