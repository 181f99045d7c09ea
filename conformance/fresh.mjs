/** Conformance: fresh cases of a real framework. In: which, how many, from what seed. Out: the document that its script prints. */
import { spawn } from "node:child_process";
import { commandOf, FRAMEWORKS } from "./frameworks.mjs";

/** The script's own arguments. */
function argumentsFor(name, { release, cases, seed, only, schedules, settings }) {
  const { releases, script, schedules: scheduleScript } = FRAMEWORKS[name];
  return [
    ...(releases.length > 1 ? ["--release", release ?? releases[0]] : []),
    ...["--cases", String(cases), "--seed", String(seed)],
    ...(only === undefined ? [] : ["--only", only]),
    ...(schedules && scheduleScript === script ? ["--schedules"] : []),
    ...(settings === undefined ? [] : ["--settings", settings]),
  ];
}

/** Whether this line of a document is a case: scripts print one a line. */
const isCase = (line) => line.startsWith('{"name"') || line.startsWith('{"optimizer"');

/**
 * Runs a framework's script.
 * @param progress is told how many cases have arrived
 * @returns the document: framework, release, cases
 * @throws {Error} when the environment cannot be made, or the script fails; its own words are on stderr
 */
export async function drawFresh(name, options, progress = () => {}) {
  const { command, args } = commandOf(name, argumentsFor(name, options), options);
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  const chunks = [];
  let [arrived, rest] = [0, ""];
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text) => {
    chunks.push(text);
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    arrived += lines.filter(isCase).length;
    progress(arrived);
  });
  const status = await new Promise((done, fail) => child.on("error", fail).on("close", done));
  if (status !== 0) throw new Error(`${[command, ...args].join(" ")} ended with ${status}`);
  return JSON.parse(chunks.join(""));
}
