/** serve: for which job, and as which audience, a client asks. In: a request. Out: both names. */
import { ServeError } from "./errors.ts";
import type { ServeRequest } from "./service.ts";

/** As in statements. */
const LABEL = /^[!-~]{1,128}$/;

function label(request: ServeRequest, name: "job" | "audience"): string {
  const header = request.header(`optseal-${name}`);
  const given = [...request.query(name), ...(header === undefined ? [] : [header])];
  const [value = ""] = given;
  if (given.length !== 1 || !LABEL.test(value))
    throw new ServeError(
      "bad-label",
      `the ${name} is not given once, as 1 to 128 printable ASCII characters without spaces`,
      `say ?${name}=NAME, or the header Optseal-${name === "job" ? "Job" : "Audience"}`,
    );
  return value;
}

/** @throws ServeError `bad-label` */
export function scopeOf(request: ServeRequest): { readonly job: string; readonly audience: string } {
  return { job: label(request, "job"), audience: label(request, "audience") };
}
