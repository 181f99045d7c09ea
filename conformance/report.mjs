/**
 * Conformance, the report: the built package beside cases that are there already. In: trace files (default: all of test/golden), or
 * - for standard input. Out: a row for each case, or with --summary for each rule and schedule. Errors are relative to the
 * movement: max(|a - b| - n ulp(b)) / max |b - w0| after a parameter's n updates. Exit code 1 if any is over its framework's limit.
 */
import { readFileSync } from "node:fs";
import { measure } from "./engine.mjs";
import { FRAMEWORKS } from "./frameworks.mjs";
import { goldenFiles } from "./golden.mjs";
import { isOver, subjectOf, summarize, tableLines } from "./summary.mjs";

const args = process.argv.slice(2);
const summary = args.includes("--summary");
const named = args.filter((arg) => arg !== "--summary");
let over = 0;
const measured = (named.length > 0 ? named : goldenFiles()).flatMap((file) => {
  const document = JSON.parse(readFileSync(file === "-" ? 0 : file, "utf8"));
  const framework = FRAMEWORKS[document.framework];
  return document.cases.map((one) => {
    const subject = subjectOf(document, one);
    const outcome = measure(one);
    if (isOver({ subject, outcome }, framework)) over += 1;
    return { subject: summary ? subject : `${subject}: ${one.name}`, outcome };
  });
});
for (const line of tableLines(summarize(measured))) console.log(line);
console.log(`${measured.length} cases, ${over} over the limit`);
process.exitCode = over > 0 ? 1 : 0;
