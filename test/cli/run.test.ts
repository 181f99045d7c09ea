import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { progress } from "../../src/cli/progress.ts";
import { findRule, readSafetensors, writeSafetensors } from "../../src/index.ts";
import { NOW, optseal, temporaryFolder } from "./fake-io.ts";
import { furnish, TRUSTING, tensors } from "./setting.ts";

const { folder, remove } = temporaryFolder();
const at = (name: string) => join(folder, name);
const valuesIn = (name: string) =>
  Object.fromEntries(
    [...readSafetensors(readFileSync(at(name))).tensors].map(([key, { data }]) => [key, [...data]]),
  );

beforeAll(async () => {
  await furnish(folder);
  writeFileSync(at("g2.safetensors"), tensors({ a: [0, -2], b: [4] }));
  const mixed = writeSafetensors(
    [
      ["a", { dtype: "F32", shape: [1, 2], data: Float32Array.of(1, 2) }],
      ["steps", { dtype: "I64", shape: [], data: BigInt64Array.of(7n) }],
    ],
    [["format", "pt"]],
  );
  writeFileSync(at("mixed.safetensors"), mixed);
  writeFileSync(at("flat.safetensors"), tensors({ a: [1, 1] }));
  writeFileSync(at("steps.safetensors"), tensors({ steps: [1] }));
});
afterAll(remove);

const run = (...argv: readonly string[]) => optseal(folder, ["run", "spec.yaml", ...argv]);

describe("run", () => {
  it("makes one update for each file, and leaves weights without a gradient alone", async () => {
    const files = ["--weights", "w.safetensors", "--grads", "g.safetensors", "g2.safetensors"];
    expect(await run(...files, "--out", "two")).toMatchObject({ exitCode: 0, stdout: "" });
    // SGD with rate 0.5 and momentum 0.5: a moves by -0.5, then by half of that less half of the gradient; b by -2.
    expect(valuesIn("two")).toEqual({ a: [0.25, 2.25], b: [1] });
  });

  it("goes on from a state to the same bits", async () => {
    await run("--weights", "w.safetensors", "--grads", "g.safetensors", "--out", "w1", "--state-out", "s1");
    await run(
      "--weights",
      "w1",
      "--state-in",
      "s1",
      "--grads",
      "g2.safetensors",
      "--out",
      "w2",
      "--state-out",
      "s2",
    );
    const files = ["--weights", "w.safetensors", "--grads", "g.safetensors", "g2.safetensors"];
    await run(...files, "--out", "both", "--state-out", "s-both");
    expect(readFileSync(at("w2"))).toEqual(readFileSync(at("both")));
    expect(readFileSync(at("s2"))).toEqual(readFileSync(at("s-both")));
  });

  it("has the same bits as a module, weights and state", async () => {
    const files = ["--weights", "w.safetensors", "--grads", "g.safetensors", "g2.safetensors"];
    await run(...files, "--out", "plain", "--state-out", "plain-state");
    const argv = [...files, "--engine", "wasm", "--out", "module", "--state-out", "module-state"];
    expect(await run(...argv)).toMatchObject({ exitCode: 0 });
    expect(valuesIn("module")).toEqual({ a: [0.25, 2.25], b: [1] });
    expect(readFileSync(at("module"))).toEqual(readFileSync(at("plain")));
    expect(readFileSync(at("module-state"))).toEqual(readFileSync(at("plain-state")));
  });

  it("keeps the metadata, the shapes and what is not F32", async () => {
    writeFileSync(
      at("shaped.safetensors"),
      writeSafetensors([["a", { dtype: "F32", shape: [1, 2], data: Float32Array.of(1, 1) }]]),
    );
    await run("--weights", "mixed.safetensors", "--grads", "shaped.safetensors", "--out", "mixed-out");
    const { metadata, tensors: out } = readSafetensors(readFileSync(at("mixed-out")));
    expect([...metadata]).toEqual([["format", "pt"]]);
    expect(out.get("steps")?.data).toEqual(BigInt64Array.of(7n));
    expect(out.get("a")).toMatchObject({ shape: [1, 2], data: Float32Array.of(0.5, 1.5) });
  });

  it("refuses gradients of another shape, or for what is not F32", async () => {
    const flat = await run("--weights", "mixed.safetensors", "--grads", "flat.safetensors", "--out", "no");
    expect(flat).toMatchObject({ exitCode: 17 });
    const steps = await run("--weights", "mixed.safetensors", "--grads", "steps.safetensors", "--out", "no");
    expect(steps).toMatchObject({ exitCode: 17 });
    expect(steps.stderr).toContain("[dtype-mismatch]");
  });
});

describe("verify", () => {
  it("writes a module that imports memory alone and tells which rule it is", async () => {
    const argv = [
      "verify",
      "envelope.json",
      ...TRUSTING,
      "--emit-module",
      "sgd.wasm",
      "--emit-spec",
      "sgd.yaml",
    ];
    expect(await optseal(folder, argv)).toMatchObject({ exitCode: 0 });
    const module = new WebAssembly.Module(readFileSync(at("sgd.wasm")));
    expect(WebAssembly.Module.imports(module)).toEqual([{ module: "host", name: "memory", kind: "memory" }]);
    const [section] = WebAssembly.Module.customSections(module, "optseal") as [ArrayBuffer];
    const { digests } = JSON.parse(new TextDecoder().decode(section));
    expect(digests.rule).toBe(findRule("mxnet-1.9/sgd")?.digest);
    expect(readFileSync(at("sgd.yaml"), "utf8")).toContain("rule: mxnet-1.9/sgd");
  });

  it("writes no module of an envelope that is refused", async () => {
    const argv = ["verify", "envelope.json", ...TRUSTING.slice(0, -1), "other", "--emit-module", "no.wasm"];
    expect(await optseal(folder, argv)).toMatchObject({ exitCode: 13 });
    expect(existsSync(at("no.wasm"))).toBe(false);
  });
});

describe("convert", () => {
  it("writes its report when it refuses, too", async () => {
    const fixture = new URL("../fixtures/mxnet-1.9/custom-scheduler.pkl", import.meta.url);
    writeFileSync(at("custom.pkl"), readFileSync(fixture));
    const argv = ["convert", "custom.pkl", "-o", "custom.yaml", "--report", "custom.json"];
    expect(await optseal(folder, argv)).toMatchObject({ exitCode: 16 });
    const { fields } = JSON.parse(readFileSync(at("custom.json"), "utf8"));
    expect(fields).toContainEqual(expect.objectContaining({ field: "lr_scheduler", action: "refused" }));
    expect(() => readFileSync(at("custom.yaml"))).toThrow();
  });
});

describe("progress", () => {
  async function shown(isTTY: boolean, seconds: number): Promise<string> {
    let text = "";
    let now = NOW;
    const write = async (chunk: string | Uint8Array) => {
      text += chunk;
    };
    const sink = { isTTY, columns: 80, write };
    const bar = progress({ stderr: sink, now: () => now } as Parameters<typeof progress>[0], 10);
    for (let done = 0; done < 10; done++) {
      await bar.at(done);
      now += seconds / 10;
    }
    await bar.end();
    return text;
  }

  it("is shown on a terminal, after two seconds, and taken away", async () => {
    expect(await shown(true, 10)).toMatch(/\r█+░+ 9 of 10 updates, 1 s left +\r +\r$/);
    expect(await shown(true, 1.5)).toBe("");
    expect(await shown(false, 100)).toBe("");
  });
});
