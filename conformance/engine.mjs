/**
 * Conformance: the built package, and the arithmetic that holds it against the real frameworks. The tests hold optseal's sources
 * against them by the same two files, test/golden/measure.ts and measure-schedule.ts.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { author, check, compile, convert, findRule, StageError } from "optseal";
import { isSchedule } from "./summary.mjs";

const MEASURING = ["measure.ts", "measure-schedule.ts"];

/** The modules of the tests, with their types taken off. */
async function load() {
  const outdir = mkdtempSync(join(tmpdir(), "optseal-conformance-"));
  try {
    const entryPoints = MEASURING.map((name) =>
      fileURLToPath(new URL(`../test/golden/${name}`, import.meta.url)),
    );
    await build({
      entryPoints,
      outdir,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      format: "esm",
      platform: "node",
    });
    return await Promise.all(
      MEASURING.map((name) => import(pathToFileURL(join(outdir, name.replace(".ts", ".mjs"))))),
    );
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

const [{ measureCase }, { measureSchedule }] = await load();

const ENGINE = { author, check, compile, convert, findRule };

/** What a case comes to that optseal refuses: as far off as can be. */
function refusal(one, message) {
  const nothing = { name: one.name, equal: 0, refused: message };
  const far = Number.POSITIVE_INFINITY;
  return isSchedule(one)
    ? { ...nothing, points: 1, ulps: far, drift: far }
    : { ...nothing, elements: 1, error: far };
}

/** What came of a case: an Outcome of measure.ts, with `error`, or a ScheduleOutcome of measure-schedule.ts, with `ulps`. */
export function measure(one, limit) {
  try {
    return isSchedule(one) ? measureSchedule(ENGINE, one) : measureCase(ENGINE, one, limit);
  } catch (error) {
    if (error instanceof StageError) return refusal(one, error.message);
    throw error;
  }
}
