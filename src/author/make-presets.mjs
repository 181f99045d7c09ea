/**
 * author: writes presets.gen.ts, a typed function for each built-in, from the built-ins' texts. The same texts give the same
 * bytes. An argument says where to write, if not there.
 */
import { readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Releases that have a name of their own beside the framework's. */
const RELEASE_NAMES = new Map([
  ["mxnet-1.9", "mxnet"],
  ["mxnet-2.0", "mxnet2"],
]);
/** Frameworks of which several releases are there: older ones say which they are. */
const HAS_RELEASES = /^mxnet-/;

/** What the sources of the library export that this needs, and each file of rule texts as a module. */
async function load() {
  const files = readdirSync(here("../rules"), { recursive: true, encoding: "utf8" });
  const texts = files.map((file) => file.replaceAll("\\", "/")).filter((file) => /\/.*\.ts$/.test(file));
  const contents = [
    'export { findRule, findSchedule, ruleNames, scheduleNames } from "../rules/built-in.ts";',
    'export { inForce, releasesOf } from "../rules/mxnet/releases.ts";',
    'export { printExpression } from "../spec/print.ts";',
    'export { tuplesOf } from "./forms.ts";',
    ...texts.sort().map((file, i) => `export * as texts${i} from "../rules/${file}";`),
  ].join("\n");
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: here("."), loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "neutral",
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

const library = await load();

/** The comment that opens each text, by the text's name. */
const citations = new Map(
  Object.values(library)
    .flatMap((module) => Object.values(module))
    .filter(Array.isArray)
    .flat()
    .flatMap((text) => [...String(text).matchAll(/^(?:rule|schedule) (\S+)\n((?:# .*\n)+)/gm)])
    .map(([, name, comment]) => [name, comment.trimEnd().replaceAll(/^# /gm, "").split("\n")]),
);

/** The source's own name of a class or function, its leading capitals in lower case and its underscores out. */
const camelCase = (name) =>
  name
    .replace(/^_*[A-Z]*/, (start) => start.replaceAll("_", "").toLowerCase())
    .replaceAll(/_+(\w)/g, (_, letter) => letter.toUpperCase());

/** `torch` of `torch-2.13`, `mxnet1_4` of `mxnet-1.4`. */
const spaceOf = (release) =>
  RELEASE_NAMES.get(release) ??
  (HAS_RELEASES.test(release) ? release.replace("-", "").replaceAll(".", "_") : release.split("-")[0]);

function rangeOf({ min, above, max, below }) {
  if (min === undefined && above === undefined && max === undefined && below === undefined) return "";
  return `in ${min === undefined ? "(" : "["}${min ?? above ?? ""},${max ?? below ?? ""}${max === undefined ? ")" : "]"}`;
}

const DRIVEN = new Map([
  [true, "driven by the schedule"],
  ["momentum", "driven by a schedule that cycles a momentum"],
]);

/** What an editor shows at a field. */
function fieldComment(hyper) {
  const value = hyper.default === undefined ? "" : `@default ${JSON.stringify(hyper.default)}`;
  return [value, rangeOf(hyper), DRIVEN.get(hyper.scheduled) ?? ""].filter((part) => part !== "").join(", ");
}

const TYPES = {
  number: () => "number",
  boolean: () => "boolean",
  list: () => "readonly number[]",
  choice: ({ choices }) => choices.map((choice) => JSON.stringify(choice)).join(" | "),
};

const typeOf = (hyper) => `${TYPES[hyper.type ?? "number"](hyper)}${hyper.nullable ? " | null" : ""}`;

const field = (comment, name, optional, type) =>
  `${comment === "" ? "" : `    /** ${comment} */\n`}    readonly ${name}${optional ? "?" : ""}: ${type};\n`;

/** The fields of a built-in's arguments: its hyperparameters, and the tuples that its framework makes of some. */
function fieldsOf({ name, hyper: declared }) {
  const own = declared.map((hyper) =>
    field(fieldComment(hyper), hyper.name, hyper.default !== undefined, typeOf(hyper)),
  );
  const byName = new Map(declared.map((hyper) => [hyper.name, hyper]));
  const tuples = Object.entries(library.tuplesOf(name, declared)).map(([argument, items]) => {
    const types = items.map((item) => `${item}: ${typeOf(byName.get(item))}`);
    return field(`in place of ${items.join(" and ")}`, argument, true, `readonly [${types.join(", ")}]`);
  });
  return [...own, ...tuples].join("");
}

/** What an editor shows at a preset: whose it is, which text it stands for, and what that asks of the arguments. */
function presetComment({ said, tree }) {
  const releases = library.releasesOf(tree.name);
  const needs = (tree.needs ?? []).map((need) => `\`${library.printExpression(need)}\``);
  const facts = [
    `\`${said}\``,
    ...(releases === undefined ? [] : [`in force in ${releases}`]),
    ...(needs.length === 0 ? [] : [`needs ${needs.join(", ")}`]),
  ];
  const lines = [...citations.get(tree.name), "", facts.join("; ")];
  if (lines.join("\n").includes("*/")) throw new Error(`${tree.name}: its comment would end the comment`);
  return `  /**\n${lines.map((each) => `   * ${each}`.trimEnd()).join("\n")}\n   */\n`;
}

function declaration(preset) {
  const { kind, tree, key } = preset;
  const optional = tree.hyper.every((hyper) => hyper.default !== undefined) ? "?" : "";
  const argument = tree.hyper.length === 0 ? "" : `hyper${optional}: {\n${fieldsOf(tree)}  }`;
  return `${presetComment(preset)}  readonly ${key}: (${argument}) => ${RESULTS[kind]};\n`;
}

const RESULTS = { rule: "RulePreset", schedule: "SchedulePreset" };

const definition = ({ kind, said, tree, key }) =>
  tree.hyper.length === 0
    ? `  ${key}: () => ${kind}Preset("${said}"),\n`
    : `  ${key}: (hyper) => ${kind}Preset("${said}", hyper),\n`;

/** A built-in as a preset of a release, under its source's own name. */
function presetOf(kind, said, { name, tree }) {
  const source = /^([\w.]+):/.exec(citations.get(name)?.[0] ?? "")?.[1];
  if (source === undefined) throw new Error(`${name}: the text does not begin with its source's own name`);
  return { kind, said, tree, key: camelCase(source.split(".").at(-1)) };
}

const builtIns = [
  ...library.ruleNames.map((name) => ["rule", library.findRule(name)]),
  ...library.scheduleNames.map((name) => ["schedule", library.findSchedule(name)]),
];
const releaseOf = (name) => name.slice(0, name.indexOf("/"));

/** A release's own texts; for one with a name of its own, all that are in force in it. */
function presetsOf(release) {
  return builtIns.flatMap(([kind, builtIn]) => {
    const said = builtIn.name.replace(releaseOf(builtIn.name), release);
    const named = RELEASE_NAMES.has(release) && library.inForce(said) === builtIn.name;
    return said === builtIn.name || named ? [presetOf(kind, said, builtIn)] : [];
  });
}

const spaces = new Map();
for (const release of [...new Set(builtIns.map(([, { name }]) => releaseOf(name)))].sort()) {
  const space = spaceOf(release);
  spaces.set(space, [...(spaces.get(space) ?? []), ...presetsOf(release)]);
}

const parts = [...spaces].map(([space, presets]) => {
  const keys = presets.map(({ key }) => key);
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  if (twice !== undefined) throw new Error(`${space}.${twice} would be two presets`);
  const type = `${space[0].toUpperCase()}${space.slice(1)}Presets`;
  const title = `/** Presets of ${[...new Set(presets.map(({ said }) => releaseOf(said)))].join(", ")}. */`;
  return `${title}
export interface ${type} {
${presets.map(declaration).join("")}}

${title}
export const ${space}: ${type} = /* @__PURE__ */ Object.freeze<${type}>({
${presets.map(definition).join("")}});
`;
});
const text = `// Generated by src/author/make-presets.mjs; not to be edited.
import type { RulePreset, SchedulePreset } from "./preset.ts";
import { rulePreset, schedulePreset } from "./preset.ts";

${parts.join("\n")}`;
writeFileSync(process.argv[2] ?? here("presets.gen.ts"), text);
