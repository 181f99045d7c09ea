/** The options of engine.mjs. In: the command line. Out: what is measured, for how long, and where it is written. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { ARCHITECTURES } from "./architectures.mjs";
import { RULES, SIZES } from "./cases.mjs";

const USAGE = `usage: node bench/engine.mjs [options]
  --threads 1,2     numbers of threads; one, and as many as there are processors
  --sizes 200k,16M  numbers of parameters in one tensor; ${SIZES.join(",")}
  --rules NAME,...  ${Object.keys(RULES).join(",")}
  --models NAME,... ${Object.keys(ARCHITECTURES).join(",")}; or none
  --rounds N        rounds of each case; as many as fit into 2.5 seconds, at least four
  --quick           fewer cases and rounds: less than two minutes
  --install         installs the peers' environments into the user's cache folder
  --json FILE       writes the results
  --from FILE       measures nothing: takes the results that --json wrote
  --svg FILE        writes the chart
  --page            writes docs/speed.md, docs/speed.svg and the README's part about speed`;

const OPTIONS = {
  threads: { type: "string" },
  sizes: { type: "string" },
  rules: { type: "string" },
  models: { type: "string" },
  rounds: { type: "string" },
  quick: { type: "boolean", default: false },
  install: { type: "boolean", default: false },
  json: { type: "string" },
  from: { type: "string" },
  svg: { type: "string" },
  page: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
};

const QUICK = {
  sizes: [200_000, 16_000_000],
  rules: ["sgd", "adamw", "lamb", "adafactor"],
  models: ["ResNet-50"],
};
const UNITS = { k: 1e3, M: 1e6 };

function refuse(why) {
  console.error(`error: ${why}\n${USAGE}`);
  process.exit(2);
}

function whole(text) {
  const [, digits, unit] = /^(\d+)([kM]?)$/.exec(text) ?? refuse(`\`${text}\` is no number`);
  const value = Number(digits) * (UNITS[unit] ?? 1);
  return value > 0 ? value : refuse("0 is not enough");
}

const listed = (text) => text.split(",").filter((part) => part !== "");

function known(text, table) {
  const names = text === "none" ? [] : listed(text);
  for (const name of names) if (!(name in table)) refuse(`there is no \`${name}\``);
  return names;
}

function parsed(args) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    return refuse(error.message);
  }
}

/** As the names in USAGE; ends the process where they are wrong. */
export function parseArguments(args) {
  const { threads, sizes, rules, models, rounds, quick, install, help, ...files } = parsed(args);
  if (help) {
    console.log(USAGE);
    process.exit(0);
  }
  const usual = quick
    ? QUICK
    : { sizes: SIZES, rules: Object.keys(RULES), models: Object.keys(ARCHITECTURES) };
  const fixedRounds = rounds && { least: whole(rounds), most: whole(rounds) };
  return {
    threads: threads === undefined ? [...new Set([1, availableParallelism()])] : listed(threads).map(whole),
    sizes: sizes === undefined ? usual.sizes : listed(sizes).map(whole),
    rules: rules === undefined ? usual.rules : known(rules, RULES),
    models: models === undefined ? usual.models : known(models, ARCHITECTURES),
    isQuick: quick,
    isInstalling: install,
    limits: {
      ...(quick ? { seconds: 0.7, least: 3, most: 9 } : { seconds: 2.5, least: 4, most: 25 }),
      ...fixedRounds,
    },
    ...files,
  };
}
