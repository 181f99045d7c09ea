import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { amend, author, check, compile, readSafetensors } from "../../src/index.ts";
import { optseal, temporaryFolder } from "./fake-io.ts";
import { furnish, SPEC, TRUSTING, tensors } from "./setting.ts";

const { folder, remove } = temporaryFolder();
const at = (name: string) => join(folder, name);
const valuesIn = (name: string) =>
  Object.fromEntries(
    [...readSafetensors(readFileSync(at(name))).tensors].map(([key, { data }]) => [key, [...data]]),
  );

async function good(...argv: readonly string[]): Promise<void> {
  expect(await optseal(folder, argv)).toMatchObject({ exitCode: 0 });
}

beforeAll(async () => {
  await furnish(folder);
  writeFileSync(at("g2.safetensors"), tensors({ a: [0, -2], b: [4] }));
  const trusting = ["--root", "root.key", "--signer", "alice.pub", "--amend", "*"];
  await good("trust", "init", ...trusting, "-o", "trust.json", "--force");
  const sign = (...argv: readonly string[]) => good("amend", ...argv, "--key", "alice.key");
  await sign("envelope.json", "--set", "learning_rate=0.25", "--sequence", "1800000001", "-o", "one.json");
  const two = ["--base", "envelope.json", "--set", "momentum=0.25", "wd=0.5", "--sequence", "1800000002"];
  await sign("one.json", ...two, "-o", "two.bin", "--form", "binary");
});
afterAll(remove);

describe("run of an amendment", () => {
  it.each(["reference", "wasm"])("goes on from the state of the spec before it: %s", async (engine) => {
    const run = async (from: string, to: string, grads: string, ...argv: readonly string[]) =>
      good(
        ...["run", ...argv, ...TRUSTING, "--engine", engine, "--force"],
        ...["--weights", from, "--out", to, "--grads", grads],
      );
    await run("w.safetensors", "w1", "g2.safetensors", "envelope.json", "--state-out", "s1");
    await run(
      "w1",
      "w2",
      "g2.safetensors",
      "one.json",
      "--base",
      "envelope.json",
      "--state-in",
      "s1",
      "--state-out",
      "s2",
    );
    const two = ["two.bin", "--base", "envelope.json", "one.json"];
    await run("w2", "w3", "g2.safetensors", ...two, "--state-in", "s2", "--state-out", "s3");
    await run("w3", "w4", "g.safetensors", ...two, "--state-in", "s3");
    // A state that is two amendments old.
    await run("w1", "other", "g2.safetensors", ...two, "--state-in", "s1");

    const spec = check(author(SPEC));
    const [a, b] = [Float32Array.of(1, 2), Float32Array.of(3)];
    const optimizer = compile(spec).attach({ a: { data: a }, b: { data: b } });
    const gradients = { a: Float32Array.of(0, -2), b: Float32Array.of(4) };
    optimizer.step(gradients);
    const one = amend(spec, { hyper: { learning_rate: 0.25 } }).checked;
    optimizer.amend(one);
    optimizer.step(gradients);
    expect(valuesIn("w2")).toEqual({ a: [...a], b: [...b] });
    optimizer.amend(amend(one, { hyper: { momentum: 0.25, wd: 0.5 } }).checked);
    optimizer.step(gradients);
    expect(valuesIn("w3")).toEqual({ a: [...a], b: [...b] });
    optimizer.step({ a: Float32Array.of(1, 1) });
    expect(valuesIn("w4")).toEqual({ a: [...a], b: [...b] });
    expect(valuesIn("other")).not.toEqual(valuesIn("w2"));
  });

  it("takes no state of another spec", async () => {
    writeFileSync(at("else.yaml"), SPEC.replace("0.5", "0.75"));
    const files = ["--weights", "w.safetensors", "--grads", "g.safetensors"];
    await good("run", "else.yaml", ...files, "--out", "w5", "--state-out", "s5");
    const argv = ["run", "one.json", "--base", "envelope.json", ...TRUSTING, ...files, "--out", "never"];
    expect(await optseal(folder, [...argv, "--state-in", "s5"])).toMatchObject({
      exitCode: 17,
      stderr: expect.stringContaining("[other-spec]"),
    });
  });
});
