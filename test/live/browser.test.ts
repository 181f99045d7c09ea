import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { File, Visits } from "./chromium.ts";
import { bundled, startVisits } from "./chromium.ts";
import type { PageReport } from "./page.ts";
import { skipIfMissing } from "./skip.ts";
import type { Corpora } from "./story.ts";
import { judgeCorpora, tellStory } from "./story.ts";

/** Allows the page its own script and nothing else. */
const POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

const folder = new URL("../../../shared/corpora/signatures/", import.meta.url);
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), "utf8"));
const corpora = existsSync(folder)
  ? ({
      wycheproof: read("wycheproof-ed25519.json"),
      speccheck: read("ed25519-speccheck.json"),
      cctv: read("cctv-ed25519.json"),
    } as Corpora)
  : undefined;

async function files(): Promise<ReadonlyMap<string, File>> {
  const script: File = ["text/javascript", await bundled("page.ts")];
  const judged: File = ["application/json", JSON.stringify(corpora)];
  return new Map([
    ["/page.js", script],
    ...(corpora === undefined ? [] : [["/corpora.json", judged] as const]),
  ]);
}

let visits: Visits<PageReport>;
beforeAll(async () => {
  visits = await startVisits(files, () => ({ "content-security-policy": POLICY }));
}, 120_000);
afterAll(() => visits.close());

describe("the core in Chromium, under a policy that forbids code from strings", () => {
  it.for([
    ["webcrypto", ""],
    ["tweetnacl", "?plain"],
  ] as const)(
    "C9 signs, opens, compiles and steps by %s to the same bytes as Node",
    async ([name, query], context) => {
      skipIfMissing(context, visits.missing);
      const here = await tellStory();
      expect(here).toMatchObject({ backend: "node", owners: ["alice"], refusal: "bad-signature" });
      const report = await visits.visit(query);
      expect(report.error).toBeUndefined();
      expect(report).toMatchObject({ evalBlocked: true, violations: 0 });
      expect(report.story).toEqual({ ...here, backend: name });
      if (corpora === undefined)
        console.warn("not judged: no ../shared/corpora/signatures beside this checkout");
      else expect(report.accepted).toEqual(await judgeCorpora("node", corpora));
    },
  );
});
