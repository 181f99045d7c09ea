/** cli: findings as SARIF 2.1.0, which code hosts show beside the file. Only byte offsets: a pickle has no lines. */
import { VERSION } from "./version.ts";

export interface Finding {
  /** What kind of finding it is, in a word. */
  readonly rule: string;
  readonly level: "error" | "warning" | "note";
  readonly message: string;
  readonly offset?: number;
}

/** The path of a file as a URI reference, each of its parts escaped. */
function uriOf(path: string): string {
  return path.split(/[\\/]/).map(encodeURIComponent).join("/");
}

/** The log of one run over one file. */
export function sarifOf(file: string, findings: readonly Finding[]): unknown {
  const rules = [...new Set(findings.map(({ rule }) => rule))].sort().map((id) => ({ id }));
  const artifactLocation = { uri: uriOf(file) };
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "optseal", version: VERSION, rules } },
        artifacts: [{ location: artifactLocation }],
        results: findings.map(({ rule, level, message, offset }) => ({
          ruleId: rule,
          level,
          message: { text: message },
          locations: [
            {
              physicalLocation: {
                artifactLocation,
                ...(offset === undefined ? {} : { region: { byteOffset: offset } }),
              },
            },
          ],
        })),
      },
    ],
  };
}
