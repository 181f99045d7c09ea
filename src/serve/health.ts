/** serve: `GET /healthz`: whether this server can verify, and what it verifies by. 200 if it can, 503 if it cannot. */
import type { Answer } from "./answers.ts";
import { jsonAnswer, refusalOf } from "./answers.ts";
import { within } from "./deadline.ts";
import type { ServeRequest, Service } from "./service.ts";

/** Milliseconds for which what the store has answered is told again: asking for health must not be work for it. */
const FRESH_MS = 500;

/** A scope that no statement needs: asking for it shows that the store can be read. */
const PROBE = { job: "optseal-healthz", audience: "optseal-healthz" };

const probes = new WeakMap<object, { readonly at: number; readonly answer: Promise<unknown> }>();

/** @throws what the store throws */
export async function askStore({ store, limits }: Pick<Service, "store" | "limits">): Promise<void> {
  const now = performance.now();
  const known = probes.get(store);
  const isFresh = known !== undefined && now - known.at < FRESH_MS;
  const answer = isFresh ? known.answer : within(limits.answerMs, store.highest(PROBE));
  if (!isFresh) probes.set(store, { at: now, answer });
  await answer;
}

/** `ok`; `degraded`: a new trust document does not hold, and the one before is in force; or `unable`. */
export async function health(_: ServeRequest, service: Service): Promise<Answer> {
  const { document, digest } = service.trust.trust;
  const { problem } = service.trust;
  const expired = service.now() >= document.expires;
  const store = await askStore(service).then(
    () => "ok",
    (error) => refusalOf(error).code,
  );
  const able = store === "ok" && !expired && !service.stopping();
  const { version, issued, expires } = document;
  return jsonAnswer(able ? 200 : 503, {
    status: able ? (problem === undefined ? "ok" : "degraded") : "unable",
    store,
    stopping: service.stopping(),
    trust: { version, digest, issued, expires, expired, problem },
  });
}
