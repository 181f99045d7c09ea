import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const NO_EVAL = "--disallow-code-generation-from-strings";
const scratch = mkdtempSync(join(tmpdir(), "optseal-package-"));
const consumer = join(scratch, "consumer");
const installed = join(consumer, "node_modules/optseal");
let archive = "";

/** Runs a command to its end. @throws Error with all that it said, if it fails */
function run(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0)
    throw new Error(`${command} ${args.join(" ")}: ${status}\n${stdout}${stderr}`, { cause: error });
  return stdout;
}
const node = (...args: string[]): string => run(consumer, process.execPath, ...args);
const tool = (path: string, ...args: string[]): string => node(join(ROOT, "node_modules", path), ...args);

beforeAll(() => {
  mkdirSync(consumer);
  run(ROOT, "npm", "pack", "--pack-destination", scratch);
  archive = join(scratch, readdirSync(scratch).find((name) => name.endsWith(".tgz")) as string);
  writeFileSync(join(consumer, "package.json"), '{ "name": "consumer", "private": true, "type": "module" }');
  run(consumer, "npm", "install", "--no-audit", "--no-fund", archive);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const files = (): readonly string[] =>
  readdirSync(installed, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(installed.length + 1)
        .replaceAll("\\", "/"),
    );

describe("the package, installed into an empty project", () => {
  it("brings what it needs and no install script", () => {
    const lock = JSON.parse(readFileSync(join(consumer, "package-lock.json"), "utf8")) as {
      packages: Record<string, { hasInstallScript?: boolean }>;
    };
    const packages = Object.keys(lock.packages).filter((path) => path !== "");
    expect(packages.sort()).toEqual(
      ["@noble/hashes", "optseal", "tweetnacl", "yaml"].map((name) => `node_modules/${name}`),
    );
    expect(Object.values(lock.packages).filter(({ hasInstallScript }) => hasInstallScript === true)).toEqual(
      [],
    );
  });

  it("holds the build, the schemas, the licences, and nothing else", () => {
    const strange = files().filter(
      (path) =>
        !/^(?:package\.json|README\.md|LICENSE|schemas\/\w+\.schema\.json|dist\/NOTICES\.txt)$/.test(path) &&
        !/^dist\/.*\.(?:js|d\.ts)$/.test(path),
    );
    expect(strange).toEqual([]);
    expect(files()).toEqual(
      expect.arrayContaining(["LICENSE", "dist/NOTICES.txt", "dist/index.d.ts", "dist/node.js"]),
    );
    expect(files().filter((path) => /test|bench|^src/.test(path))).toEqual([]);
    const notices = readFileSync(join(installed, "dist/NOTICES.txt"), "utf8");
    for (const name of ["@redis/client", "ajv", "msgpackr"]) expect(notices).toContain(`\n${name} `);
  });

  it("imports nothing but what is there, and makes no code from strings", () => {
    const scripts = files().filter((path) => path.endsWith(".js"));
    for (const path of scripts) {
      const text = readFileSync(join(installed, path), "utf8");
      expect(text, path).not.toMatch(/\beval\s*\(|\bnew Function\b|from "msgpackr|from "\.[^"]*\.ts"/);
    }
  });

  it("works, where code from strings is forbidden too", () => {
    const script = `
      import { author, check, compile, decode, encode, StageError } from "optseal";
      import { folderStore } from "optseal/node";
      import manifest from "optseal/package.json" with { type: "json" };
      import schema from "optseal/schemas/spec.schema.json" with { type: "json" };
      const optimizer = compile(check(author("optseal: 1\\nrule: mxnet-1.9/sgd\\n"))).attach({ w: { data: Float32Array.of(1) } });
      optimizer.step({ w: Float32Array.of(1) });
      let refused = false;
      try { decode(Uint8Array.of(0xc1)); } catch (error) { refused = error instanceof StageError; }
      console.log(JSON.stringify([decode(encode([1, "a"])), refused, typeof folderStore, manifest.version, typeof schema.$id]));`;
    writeFileSync(join(consumer, "use.mjs"), script);
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
    expect(JSON.parse(node(NO_EVAL, "--no-warnings", "use.mjs"))).toEqual([
      [1, "a"],
      true,
      "function",
      version,
      "string",
    ]);
  });

  it("brings the client of Redis inside one file, which nobody else loads", () => {
    const script = `
      import { redisStore } from "optseal/node";
      const store = redisStore("redis://127.0.0.1:1/0");
      const asked = store.highest({ job: "j", audience: "a" });
      console.log(await asked.catch(({ code, message }) => code + ": " + message));
      await store.close();`;
    writeFileSync(join(consumer, "redis.mjs"), script);
    expect(node(NO_EVAL, "redis.mjs")).toBe(
      "store: Redis does not answer: `ECONNREFUSED` (at redis://127.0.0.1:1/0)\n",
    );
    const users = files().filter(
      (path) =>
        path.endsWith(".js") &&
        readFileSync(join(installed, path), "utf8").includes("commandsQueueMaxLength"),
    );
    expect(users.filter((path) => !path.startsWith("dist/bin/"))).toEqual(["dist/trust/redis-client.js"]);
  });

  it.each([
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ])(
    "has types that hold for module %s, resolution %s, all libraries checked",
    (module, moduleResolution) => {
      const source = `
      import { author, type Authored, check, type Checked, compile, open, type OpenOptions, type SequenceStore } from "optseal";
      import { folderStore } from "optseal/node";
      const authored: Authored = author("");
      const checked: Checked = check(authored);
      export const optimizer = compile(checked).attach(new Map([[0, { data: new Float32Array(1) }]]));
      export const store: SequenceStore = folderStore("store");
      export const opened = (options: OpenOptions) => open(new Uint8Array(), options);
      // @ts-expect-error the gate cannot be skipped
      compile(authored);
      // @ts-expect-error trust is not optional
      open(new Uint8Array(), {});`;
      const folder = join(consumer, `types-${moduleResolution}`);
      mkdirSync(folder);
      writeFileSync(join(folder, "use.ts"), source);
      const compilerOptions = {
        module,
        moduleResolution,
        target: "es2022",
        lib: ["es2022"],
        types: [],
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        noEmit: true,
      };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
      expect(tool("typescript/bin/tsc", "-p", folder)).toBe("");
    },
  );

  it("has a command that starts", () => {
    const { version } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
      version: string;
    };
    expect(run(consumer, "npx", "--no-install", "optseal", "--version")).toBe(`${version}\n`);
    const list = [join(installed, "dist/bin/optseal.js"), "list", "rules"];
    expect(node(NO_EVAL, ...list)).toContain("mxnet-1.9/adam");
    expect(node(...list)).toBe(node(NO_EVAL, ...list));
  });

  it("pleases publint and arethetypeswrong", () => {
    expect(existsSync(archive)).toBe(true);
    expect(tool("publint/src/cli.js", "run", archive, "--strict")).toContain("All good");
    expect(
      tool("@arethetypeswrong/cli/dist/index.js", archive, "--profile", "esm-only", "--format", "json"),
    ).toBeTruthy();
  });
});
