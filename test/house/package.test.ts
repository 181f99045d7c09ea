import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { ROOT, readText, SOURCES } from "./files.ts";

interface Locked {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
const manifest = JSON.parse(readText("package.json")) as Manifest;
const lock = JSON.parse(readText("package-lock.json")) as { packages: Record<string, Locked> };
const installed = Object.entries(lock.packages).filter(([path]) => path !== "");

describe("package.json and its lock", () => {
  it("C6 no dependency of the package has an install script, and neither has the package", () => {
    const shipped = installed.filter(([, { dev, devOptional }]) => dev !== true && devOptional !== true);
    expect(shipped.map(([path]) => path).sort()).toEqual(
      Object.keys(manifest.dependencies)
        .map((name) => `node_modules/${name}`)
        .sort(),
    );
    expect(shipped.filter(([, { hasInstallScript }]) => hasInstallScript === true)).toEqual([]);
    const own = Object.keys(manifest.scripts).filter((name) =>
      /^(?:pre|post)?install$|^postprepare$/.test(name),
    );
    expect(own).toEqual([]);
  });

  it("pin every version exactly and name no host", () => {
    const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect(installed.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  // npm leaves out what a registry does not carry, and then takes the lock for outdated.
  it("have an entry for every optional dependency, whatever the platform", () => {
    const missing = installed.flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) =>
          !(`node_modules/${name}` in lock.packages || `${path}/node_modules/${name}` in lock.packages),
      ),
    );
    expect(missing).toEqual([]);
  });

  it("count as dependencies just what the library imports", () => {
    // Put into the files that use them when the package is built: those of one file each, and those of the command.
    const inside = ["@hono/node-server", "@redis/client", "hono", "msgpackr", "prom-client"];
    const packages = SOURCES.flatMap(({ outer }) => outer)
      .filter((from) => !from.startsWith("node:"))
      .map((from) => /^(?:@[^/]+\/)?[^/]+/.exec(from)?.[0] as string);
    expect([...new Set(packages)].sort()).toEqual([...Object.keys(manifest.dependencies), ...inside].sort());
  });
});

describe("the compiled schemas", () => {
  it("C8 compiling twice gives the same bytes, and those are the ones in use", () => {
    const scratch = mkdtempSync(join(tmpdir(), "optseal-schemas-"));
    try {
      cpSync(join(ROOT, "schemas"), join(scratch, "schemas"), { recursive: true });
      mkdirSync(join(scratch, "src/base"), { recursive: true });
      symlinkSync(join(ROOT, "node_modules"), join(scratch, "node_modules"), "junction");
      const compile = () => {
        execFileSync(process.execPath, [join(scratch, "schemas/compile.mjs")], { stdio: "ignore" });
        return readFileSync(join(scratch, "src/base/schemas.gen.ts"), "utf8");
      };
      const [first, second] = [compile(), compile()];
      expect(second === first).toBe(true);
      expect(readText("src/base/schemas.gen.ts") === first, "`npm run build` brings them up to date").toBe(
        true,
      );
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });
});

describe("the core in a browser", () => {
  it("bundles without a word of Node and without code from strings", async () => {
    const { outputFiles, metafile, warnings } = await build({
      absWorkingDir: ROOT,
      entryPoints: ["src/index.ts"],
      bundle: true,
      platform: "browser",
      format: "esm",
      target: "es2022",
      metafile: true,
      write: false,
      minify: true,
    });
    expect(warnings).toEqual([]);
    const outputs = Object.values(metafile.outputs);
    expect(outputs.flatMap(({ imports }) => imports).filter(({ external }) => external === true)).toEqual([]);
    const inputs = Object.keys(metafile.inputs).filter((path) => path.startsWith("src/"));
    expect(inputs.filter((path) => /^src\/(?:cli|serve|node\.ts)/.test(path))).toEqual([]);
    const text = outputFiles.map((file) => file.text).join("\n");
    // The only words of Node's are questions whether it is there.
    const asked = /node:(?:crypto|worker_threads)$/;
    expect(text.match(/["'`]node:\w+/g)?.filter((word) => !asked.test(word)) ?? []).toEqual([]);
    expect(text).not.toMatch(/\beval\(|new Function\b|[^.\w]Function\(/);
    expect(text.length).toBeLessThan(800_000);
  });
});
