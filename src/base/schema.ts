/** base: documents against their JSON Schemas, by validators that were compiled when the package was built. */
import type { Issue } from "./errors.ts";

/** One finding of a compiled validator (the fields that ajv reports). */
export interface Finding {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: { readonly [name: string]: unknown };
}

/** A compiled schema: whether a value fits, the findings left on the function. */
export interface Validator {
  (value: unknown): boolean;
  errors?: readonly Finding[] | null;
}

/** More findings than this tell a reader nothing new. */
const MOST = 100;

/** Keywords that only say that a nested one failed. */
const ECHOES: ReadonlySet<string> = new Set(["if", "propertyNames"]);

/** Everything that keeps `value` from fitting the schema; empty if it fits. */
export function schemaIssues<Code extends string>(
  validator: Validator,
  value: unknown,
  code: Code,
): readonly Issue<Code>[] {
  if (validator(value)) return [];
  const findings = (validator.errors ?? []).filter((finding) => !ECHOES.has(finding.keyword));
  return findings.slice(0, MOST).map((finding) => {
    const { additionalProperty, allowedValues, allowedValue } = finding.params;
    const what =
      additionalProperty === undefined
        ? `${finding.message ?? "does not fit the schema"}${listed(allowedValues ?? allowedValue)}`
        : `unknown field \`${String(additionalProperty)}\``;
    return { code, message: what, path: dotted(finding.instancePath) };
  });
}

function listed(allowed: unknown): string {
  return allowed === undefined ? "" : `: ${JSON.stringify(allowed)}`;
}

/** A JSON pointer as people write a path: `/groups/0/hyper` is `groups[0].hyper`. */
function dotted(pointer: string): string {
  const path = pointer
    .split("/")
    .slice(1)
    .map((part) =>
      /^\d+$/.test(part) ? `[${part}]` : `.${part.replaceAll("~1", "/").replaceAll("~0", "~")}`,
    )
    .join("");
  return path === "" ? "the document" : path.replace(/^\./, "");
}
