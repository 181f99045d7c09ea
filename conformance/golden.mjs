/** Conformance: the committed golden traces. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../test/golden/", import.meta.url));

/** The paths of all of them, in the order of the alphabet. */
export function goldenFiles() {
  return readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(`${FOLDER}${name}`).map((file) => `${FOLDER}${name}/${file}`))
    .filter((path) => path.endsWith(".json"))
    .sort();
}
