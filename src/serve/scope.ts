/** serve: what a question names: for which job, as which audience, and flags. In: a request. Out: their values. */
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

/** Whether the query says `NAME=1`; without it, or with `NAME=0`, no. @throws ServeError `bad-flag` */
export function flagOf(request: ServeRequest, name: string): boolean {
  const given = request.query(name);
  const [value = "0"] = given;
  if (given.length > 1 || !/^[01]$/.test(value))
    throw new ServeError(
      "bad-flag",
      `\`${name}\` is not given once, as 0 or 1`,
      `say &${name}=1, or nothing`,
    );
  return value === "1";
}
