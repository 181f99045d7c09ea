/** The command line as a process of its own, bundled as it is shipped. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Metafile } from "esbuild";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VERSION } from "../../src/cli/version.ts";
import { temporaryFolder } from "./fake-io.ts";
import { furnish, TRUSTING } from "./setting.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const bundle = mkdtempSync(join(tmpdir(), "optseal-bundle-"));
const BIN = join(bundle, "optseal.js");
const { folder, remove } = temporaryFolder();
let outputs: Metafile["outputs"];

beforeAll(async () => {
  const { commandBundle } = await import(pathToFileURL(join(ROOT, "src/cli/bundle.mjs")).href);
  const built = await build({ ...commandBundle(ROOT), outdir: bundle, logLevel: "error", metafile: true });
  ({ outputs } = built.metafile as Metafile);
  writeFileSync(join(bundle, "package.json"), '{"type":"module"}');
  symlinkSync(join(ROOT, "node_modules"), join(bundle, "node_modules"));
  await furnish(folder);
}, 60_000);
afterAll(() => {
  remove();
  rmSync(bundle, { recursive: true, force: true });
});

/** The test's own clock stands still in 2027; the process has the real one. */
function optseal(
  argv: readonly string[],
  options: { input?: string | Uint8Array; env?: NodeJS.ProcessEnv } = {},
) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...argv], {
    cwd: folder,
    ...options,
    env: { ...process.env, ...options.env },
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("the process", () => {
  it("tells the release of package.json", () => {
    expect(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"))).toMatchObject({ version: VERSION });
    expect(optseal(["--version"])).toEqual({ status: 0, stdout: `${VERSION}\n`, stderr: "" });
  });

  it("signs, verifies with a store that outlasts it, and runs", () => {
    const sign = ["sign", "spec.yaml", "--key", "alice.key", "--job", "job", "--audience", "ps", "-o", "-"];
    optseal(["trust", "init", "--root", "root.key", "--signer", "alice.pub", "-o", "trust.json", "--force"]);
    const signed = optseal(sign);
    expect(signed).toMatchObject({ status: 0 });
    const verify = ["verify", "-", ...TRUSTING, "--store", "store", "--json"];
    const first = optseal(verify, { input: signed.stdout });
    expect(first).toMatchObject({ status: 0, stderr: "" });
    expect(JSON.parse(first.stdout)).toMatchObject({ status: "new", owners: ["alice"] });
    expect(JSON.parse(optseal(verify, { input: signed.stdout }).stdout)).toMatchObject({
      status: "in-force",
    });
    const files = ["--weights", "w.safetensors", "--grads", "g.safetensors", "--out", "out"];
    expect(
      optseal(["run", "-", ...TRUSTING, "--store", "store", ...files], { input: signed.stdout }),
    ).toMatchObject({
      status: 0,
      stdout: "",
    });
    expect(existsSync(join(folder, "out"))).toBe(true);
  });

  it.each(["SIGTERM", "SIGINT"] as const)(
    "serves until %s, from a bundle that only servers load",
    async (signal) => {
      const sign = ["sign", "spec.yaml", "--key", "alice.key", "--job", "job", "--audience", "ps", "-o", "-"];
      optseal([
        "trust",
        "init",
        "--root",
        "root.key",
        "--signer",
        "alice.pub",
        "-o",
        "trust.json",
        "--force",
      ]);
      const { stdout: body } = optseal(sign);
      const argv = ["serve", "--socket", "ps.sock", "--trust", "trust.json", "--store", `served-${signal}`];
      const server = spawn(process.execPath, ["--disallow-code-generation-from-strings", BIN, ...argv], {
        cwd: folder,
      });
      const lines: string[] = [];
      createInterface({ input: server.stderr }).on("line", (line) => lines.push(line));
      await expect.poll(() => lines.length, { timeout: 20_000 }).toBe(1);
      const reply = await new Promise<string>((resolve, reject) => {
        const options = {
          socketPath: join(folder, "ps.sock"),
          path: "/verify?job=job&audience=ps",
          method: "POST",
        };
        request(options, async (answer) => resolve((await answer.toArray()).join("")))
          .on("error", reject)
          .end(body);
      });
      expect(JSON.parse(reply)).toMatchObject({ status: "new", owners: ["alice"] });
      server.kill(signal);
      const [exitCode] = await once(server, "exit");
      expect(exitCode).toBe(0);
      const events = lines.map((line) => JSON.parse(line).event);
      expect(events).toEqual(["listening", "accepted", "stopping", "stopped"]);
      expect(existsSync(join(folder, "ps.sock"))).toBe(false);
    },
  );

  it("runs every command that needs no signature", () => {
    for (const argv of [
      ["--help"],
      ["list"],
      ["show", "mxnet-1.9/adam"],
      ["check", "spec.yaml"],
      ["plot", "spec.yaml"],
      ["convert", "good.pkl"],
      ["scan", "good.pkl"],
      ["inspect", "good.pkl"],
      ["inspect", "trust.json"],
      ["keygen", "other"],
    ])
      expect({ argv, ...optseal(argv) }).toMatchObject({ argv, status: 0 });
  });

  it("prints what its digest is of", () => {
    const { stdout, stderr } = optseal(["show", "mxnet-1.9/adam"]);
    const sum = spawnSync("sha256sum", { input: stdout, encoding: "utf8" }).stdout.slice(0, 64);
    expect(stderr.split("\n")[0]).toBe(`# sha256:${sum}`);
  });

  it("exits with the code of what is refused", () => {
    expect(optseal(["constructor"])).toMatchObject({ status: 2, stdout: "" });
    expect(optseal(["check", "missing"])).toMatchObject({ status: 3, stdout: "" });
    expect(optseal(["check", "-"], { input: "a: [" })).toMatchObject({ status: 10, stdout: "" });
    expect(optseal(["verify", "-", ...TRUSTING], { input: "junk" })).toMatchObject({
      status: 12,
      stdout: "",
    });
    expect(optseal(["scan", "hostile.pkl"])).toMatchObject({ status: 16, stderr: "" });
  });

  it("takes a reader that goes away for one that has seen enough", () => {
    const script = `"${process.execPath}" "${BIN}" inspect good.pkl | head -n 1; exit "\${PIPESTATUS[0]}"`;
    const { status, stderr } = spawnSync("bash", ["-c", script], { cwd: folder, encoding: "utf8" });
    expect({ status, stderr: stderr.replace(/^note: .*\n/, "") }).toEqual({ status: 0, stderr: "" });
  });

  it("needs no code generation from strings", () => {
    const { status, stdout } = spawnSync(
      process.execPath,
      ["--disallow-code-generation-from-strings", BIN, "check", "spec.yaml"],
      { cwd: folder, encoding: "utf8" },
    );
    expect(status).toBe(0);
    expect(stdout).toContain("mxnet-1.9/sgd");
  });

  it("loads no YAML and no pickle reader to verify", () => {
    const seen = new Set<string>();
    const walk = (path: string): void => {
      if (seen.has(path)) return;
      seen.add(path);
      for (const { path: next, kind } of outputs[path]?.imports ?? [])
        if (kind === "import-statement") walk(next);
    };
    const start = Object.keys(outputs).find((path) => /\/verify-[^/]*\.js$/.test(path));
    walk(start as string);
    const sources = [...seen].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
    expect(sources).toContain("src/envelope/verify.ts");
    expect(sources.filter((path) => /yaml|legacy|serve|hono|prom-client|@redis/.test(path))).toEqual([]);
  });
});
