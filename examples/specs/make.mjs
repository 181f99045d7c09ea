/**
 * Writes one example spec for each built-in rule and schedule: `node examples/specs/make.mjs`, after `npm ci`. Rules are shown
 * with their defaults, in the forms of their framework; schedules with the arguments of schedules.mjs. With `--check` nothing is
 * written, and the exit code is 1 if a file differs or is missing.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findRule, ruleNames, scheduleNames, tuplesOf } from "optseal";
import { stringify } from "yaml";
import { DRIVEN, SCHEDULES } from "./schedules.mjs";

const FOLDER = dirname(fileURLToPath(import.meta.url));

/** For hyperparameters of rules without a default. */
const NEEDED = { learning_rate: 0.01, learningRate: 0.01, lr: 0.01, momentum: 0.9 };

/** Defaults that say something, tuples put together. */
function shownHyper(name, { hyper }) {
  const values = new Map(
    hyper.map((one) => [one.name, one.default === undefined ? NEEDED[one.name] : one.default]),
  );
  for (const [tuple, items] of Object.entries(tuplesOf(name, hyper))) {
    values.set(
      tuple,
      items.map((item) => values.get(item)),
    );
    for (const item of items) values.delete(item);
  }
  return Object.fromEntries([...values].filter(([, value]) => value !== null));
}

function exampleOf(name, isRule) {
  if (isRule) return { optseal: 1, rule: name, hyper: shownHyper(name, findRule(name).tree) };
  const framework = name.slice(0, name.indexOf("-"));
  const driven = DRIVEN[framework];
  const hyper = SCHEDULES[name];
  if (hyper === undefined) throw new Error(`schedules.mjs has no arguments for ${name}`);
  return { optseal: 1, ...driven, schedule: { name, ...(Object.keys(hyper).length === 0 ? {} : { hyper }) } };
}

/** The citation that the text has, as a comment. */
const heading = (name, isRule) =>
  `# ${name}: ${isRule ? "an update rule with its defaults" : "a schedule"}\n`;

const files = new Map(
  [...ruleNames.map((name) => [name, true]), ...scheduleNames.map((name) => [name, false])].map(
    ([name, isRule]) => [
      `${name}.yaml`,
      heading(name, isRule) +
        stringify(exampleOf(name, isRule), { flowCollectionPadding: false, collectionStyle: "any" }),
    ],
  ),
);

if (process.argv.includes("--check")) {
  const stale = [...files].filter(([path, text]) => {
    const full = join(FOLDER, path);
    return !existsSync(full) || readFileSync(full, "utf8") !== text;
  });
  for (const [path] of stale) console.error(`not as it would be made: examples/specs/${path}`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const folder of new Set([...files.keys()].map(dirname)))
    rmSync(join(FOLDER, folder), { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(join(FOLDER, dirname(path)), { recursive: true });
    writeFileSync(join(FOLDER, path), text);
  }
  console.log(`${files.size} specs`);
}
