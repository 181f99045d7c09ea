/**
 * The WebAssembly engine against its peers. Processes side by side take turns, each turn some 20 ms of updates by the clock on the
 * wall (threads that help have processor time of their own), the subject before and after each peer, round after round: what slows
 * the machine down for a while slows neighbours, and the median of the rounds' ratios leaves out what hits one of them. A ratio
 * above 1 says that optseal is faster. Peers that this machine does not have are left out, and it says so.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArguments } from "./engine/arguments.mjs";
import { pageText, readmeText } from "./engine/page.mjs";
import { picture } from "./engine/picture.mjs";
import { run } from "./engine/run.mjs";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const options = parseArguments(process.argv.slice(2));
const results =
  options.from === undefined ? await run(options) : JSON.parse(readFileSync(options.from, "utf8"));
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, null, 1)}\n`);
if (options.svg !== undefined) writeFileSync(options.svg, picture(results));
if (options.page) {
  writeFileSync(at("docs/speed.md"), pageText(results));
  writeFileSync(at("docs/speed.svg"), picture(results));
  writeFileSync(at("README.md"), readmeText(readFileSync(at("README.md"), "utf8"), results));
}
