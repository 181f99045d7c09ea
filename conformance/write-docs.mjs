/**
 * Conformance: docs/conformance.md, from the committed traces, the recorded runs and the known differences; no framework is needed.
 * With --check nothing is written: exit code 1 where the page is not what would be.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { measure } from "./engine.mjs";
import { goldenFiles } from "./golden.mjs";
import { pageText } from "./page.mjs";
import { readResults } from "./results.mjs";
import { subjectOf, summarize } from "./summary.mjs";

const PAGE = fileURLToPath(new URL("../docs/conformance.md", import.meta.url));

/** Rows of all committed cases, those of several files about one subject together. */
function goldenRows() {
  const runs = new Map();
  for (const file of goldenFiles()) {
    const document = JSON.parse(readFileSync(file, "utf8"));
    const { framework, release } = document;
    const run = runs.get(`${framework} ${release}`) ?? { framework, release, measured: [] };
    runs.set(`${framework} ${release}`, run);
    for (const one of document.cases) {
      run.measured.push({ subject: subjectOf(document, one), outcome: measure(one) });
    }
  }
  return [...runs.values()].flatMap(({ framework, release, measured }) =>
    summarize(measured).map((row) => ({ framework, release, ...row })),
  );
}

const text = pageText(goldenRows(), readResults());
if (!process.argv.includes("--check")) writeFileSync(PAGE, text);
else if (readFileSync(PAGE, "utf8") !== text) {
  console.error("docs/conformance.md is not what node conformance/write-docs.mjs writes");
  process.exitCode = 1;
}
