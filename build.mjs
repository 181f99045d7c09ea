/**
 * Builds dist/: validators from the schemas, presets from the rule texts, the functions of WebAssembly modules from theirs, the
 * library by tsc, msgpackr's decoder put into the one file that uses it, the command line tool as a bundle for a fast start, and
 * the licences of all that is inside.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { commandBundle, nodeByImport } from "./src/cli/bundle.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Runs a script of this checkout; where it fails, its own words are enough. */
function run(...args) {
  const { status } = spawnSync(process.execPath, args, {
    cwd: here("."),
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** What all bundles have in common. A warning ends the build; esbuild has told it by then. */
async function bundle(options) {
  const { metafile, warnings } = await build({
    absWorkingDir: here("."),
    bundle: true,
    format: "esm",
    charset: "utf8",
    metafile: true,
    legalComments: "none",
    logLevel: "warning",
    ...options,
  }).catch(() => process.exit(1));
  if (warnings.length > 0) process.exit(1);
  return metafile;
}

/** Leaves the imports of our own files alone. */
function keepSiblings({ onResolve }) {
  onResolve({ filter: /^\.\.?\// }, ({ path, importer }) =>
    importer === "" || importer.includes("node_modules") ? undefined : { path, external: true },
  );
}

/**
 * Files that take a package into themselves, which then is no dependency: msgpackr brings an optional native package with an
 * install script, and its decoder without code generation needs nothing of that; the client of Redis is for those few who
 * keep their sequences there.
 */
const INLINED = ["dist/codec/build.js", "dist/trust/redis-client.js"];

const inlinePackages = (file) =>
  bundle({
    entryPoints: [file],
    outfile: file,
    allowOverwrite: true,
    platform: "neutral",
    mainFields: ["main"],
    external: ["node:*"],
    target: "es2022",
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [{ name: "siblings", setup: keepSiblings }, nodeByImport],
  });

const bundleCommands = () => bundle({ ...commandBundle(here(".")), banner: {}, outdir: "dist/bin" });

/** A helper thread's program: one file, beside whatever starts it. */
async function bundleThread() {
  const thread = "src/run/threads/thread.gen.js";
  await bundle({
    entryPoints: ["src/run/threads/thread.ts"],
    outfile: thread,
    platform: "neutral",
    target: "es2022",
  });
  return (folder) => copyFileSync(here(thread), here(`${folder}/thread.gen.js`));
}

/** The entry alone is a program; esbuild's banner would mark every chunk. */
function makeExecutable(path) {
  const text = readFileSync(path, "utf8");
  if (!text.startsWith("#!")) writeFileSync(path, `#!/usr/bin/env node\n${text}`);
  chmodSync(path, 0o755);
}

/** The packages that a bundle took code from. */
function packagesIn({ outputs }) {
  const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs));
  const names = inputs.map(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path)?.[1],
  );
  return names.filter((name) => name !== undefined);
}

/** Whose copyright it is, for packages under the MIT licence that ship no text of it. */
const HOLDERS = { "@redis/client": "Copyright (c) 2022-2025, Redis, inc." };

/** The licence text that a package ships, or the MIT licence's with the holder's name in it. */
function licenceText(name) {
  const folder = here(`node_modules/${name}`);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry));
  if (file !== undefined) return readFileSync(`${folder}/${file}`, "utf8").trim();
  if (!(name in HOLDERS)) throw new Error(`${name} ships no licence text`);
  return licenceText("hono").replace(/^Copyright .*$/m, HOLDERS[name]);
}

/** Name, version and licence text of each package. */
function notices(names) {
  const parts = [...new Set(names)].sort().map((name) => {
    const { version, license } = JSON.parse(readFileSync(here(`node_modules/${name}/package.json`), "utf8"));
    return `${name} ${version} (${license})\n\n${licenceText(name)}\n`;
  });
  return `Parts of these packages are inside the files of this folder.\n\n${parts.join(`\n${"-".repeat(80)}\n\n`)}`;
}

rmSync(here("dist"), { recursive: true, force: true });
run("schemas/compile.mjs");
run("src/author/make-presets.mjs");
run("src/run/wasm/kernels/make-kernels.mjs");
run("node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json");
// The compiled validators hold functions of ajv's.
const names = ["ajv"];
for (const file of INLINED) names.push(...packagesIn(await inlinePackages(file)));
names.push(...packagesIn(await bundleCommands()));
const putThread = await bundleThread();
for (const folder of ["dist/run/threads", "dist/bin/chunks"]) putThread(folder);
makeExecutable(here("dist/bin/optseal.js"));
writeFileSync(here("dist/NOTICES.txt"), notices(names));
