/** serve: routes that take statements through the gates. In: how a body is opened. Out: what the route answers. */
import type { Opened, OpenOptions } from "../index.ts";
import { accepted } from "./answers.ts";
import { moduleText } from "./module-text.ts";
import { flagOf, scopeOf } from "./scope.ts";
import type { Route } from "./service.ts";

/**
 * A route's answer for what its body says.
 * @param path the route's, for metrics and the log
 * @param openBody takes a body through all gates, or throws
 */
export function opening(
  path: string,
  openBody: (body: Uint8Array, options: OpenOptions) => Promise<Opened>,
): Route["answer"] {
  return async (request, { trust, store, metrics, log, now }) => {
    const scope = scopeOf(request);
    const wantsModule = flagOf(request, "module");
    // The document in force now is that of the whole answer, whatever comes in the meantime.
    const document = trust.trust;
    const opened = await openBody(request.body, { ...scope, trust: document, store, now: now() });
    const { status, digest, claims, owners } = opened.admitted;
    metrics.accepted(path, status);
    const { sequence } = claims;
    log("info", "accepted", { route: path, ...scope, status, digest, sequence, owners: owners.join(" ") });
    return accepted(opened, wantsModule ? moduleText(opened.checked, document.digest) : undefined);
  };
}
