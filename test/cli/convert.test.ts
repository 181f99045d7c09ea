/** The options of `optseal convert` that transcripts do not show whole. */
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { optseal, temporaryFolder } from "./fake-io.ts";

const fixture = (name: string) => readFileSync(new URL(`../fixtures/mxnet-1.9/${name}`, import.meta.url));
const { folder, remove } = temporaryFolder();
const at = (name: string) => `${folder}/${name}`;
const json = (name: string) => JSON.parse(readFileSync(at(name), "utf8"));

beforeAll(() => {
  for (const name of ["nag.pkl", "custom-lion.pkl", "custom-scheduler.pkl"])
    writeFileSync(at(name), fixture(name));
  writeFileSync(at("text.pkl"), "no pickle");
  writeFileSync(at("a folder's file.pkl"), fixture("nag.pkl"));
  const rule = "rule lion\nhyper lr = 0.1 in (0,) scheduled\nupdate weight = weight - lr * sign(grad)\n";
  writeFileSync(
    at("lion.yaml"),
    `optseal: 1\nrule: |\n  ${rule.trimEnd().replaceAll("\n", "\n  ")}\nhyper: { lr: 0.5 }\n`,
  );
  writeFileSync(at("sgd.yaml"), "optseal: 1\nrule: mxnet-1.9/sgd\n");
});
afterAll(remove);

describe("--sarif", () => {
  it("says what was guessed", async () => {
    expect(
      await optseal(folder, ["convert", "nag.pkl", "-o", "nag.yaml", "--sarif", "nag.sarif"]),
    ).toMatchObject({ exitCode: 0 });
    const log = json("nag.sarif");
    expect(log.version).toBe("2.1.0");
    expect(log.$schema).toMatch(/sarif-2\.1\.0\.json$/);
    const [run] = log.runs;
    expect(run.tool.driver).toMatchObject({ name: "optseal", rules: [{ id: "guessed" }] });
    expect(run.results).toMatchObject([
      {
        ruleId: "guessed",
        level: "note",
        message: { text: expect.stringMatching(/^`release` = not in the file -> mxnet-1\.9: /) },
        locations: [
          { physicalLocation: { artifactLocation: { uri: "nag.pkl" }, region: { byteOffset: 91 } } },
        ],
      },
    ]);
  });

  it("says what was refused, with code and offset, and is written then too", async () => {
    const argv = [
      "convert",
      "custom-scheduler.pkl",
      "-o",
      "s.yaml",
      "--sarif",
      "s.sarif",
      "--report",
      "s.json",
    ];
    expect(await optseal(folder, argv)).toMatchObject({ exitCode: 16 });
    expect(json("s.sarif").runs[0].results[0]).toMatchObject({
      ruleId: "unknown-class",
      level: "error",
      locations: [{ physicalLocation: { region: { byteOffset: 184 } } }],
    });
    expect(json("s.json").source.candidates).toEqual(["mxnet-1.6", "mxnet-1.7", "mxnet-1.8", "mxnet-1.9"]);
  });

  it("says what is wrong with a file that is no pickle", async () => {
    const argv = ["convert", "text.pkl", "--sarif", "text.sarif", "--report", "text.json"];
    expect(await optseal(folder, argv)).toMatchObject({ exitCode: 16 });
    expect(
      json("text.sarif").runs[0].results.every(({ level }: { level: string }) => level === "error"),
    ).toBe(true);
    // There is no report of fields that nobody could read.
    expect(() => json("text.json")).toThrow();
  });

  it("names files as URIs", async () => {
    await optseal(folder, ["convert", "a folder's file.pkl", "-o", "f.yaml", "--sarif", "f.sarif"]);
    expect(json("f.sarif").runs[0].artifacts).toEqual([{ location: { uri: "a%20folder's%20file.pkl" } }]);
  });

  it("does not replace a file, nor share one with another output", async () => {
    expect(await optseal(folder, ["convert", "nag.pkl", "-o", "n.yaml", "--sarif", "nag.pkl"])).toMatchObject(
      { exitCode: 3 },
    );
    expect(await optseal(folder, ["convert", "nag.pkl", "-o", "n.yaml", "--sarif", "n.yaml"])).toMatchObject({
      exitCode: 2,
    });
  });
});

describe("--name", () => {
  const named = (name: string) =>
    optseal(folder, ["convert", "custom-lion.pkl", "--name", `${name}=__main__.Lion`]);

  it("takes the rule out of a spec", async () => {
    const written = await named("lion.yaml");
    expect(written).toMatchObject({ exitCode: 0 });
    expect(written.stdout).toMatch(/rule lion/);
    expect(written.stdout).toMatch(/lr: 0\.0001/);
    expect((await named("sgd.yaml")).stdout).toMatch(/rule: mxnet-1\.9\/sgd\n/);
  });

  it("is understood the other way round, where only one side can be the class", async () => {
    const argv = ["convert", "custom-lion.pkl", "--name", "__main__.Lion=mxnet-1.9/sgd"];
    expect((await optseal(folder, argv)).stdout).toBe((await named("mxnet-1.9/sgd")).stdout);
  });

  it.each([
    ["missing.rule", 3],
    ["nag.pkl", 2],
    ["Leo", 16],
    ["", 2],
  ])("`%s` is refused with exit code %i", async (name, exitCode) => {
    expect(await named(name)).toMatchObject({ exitCode });
  });
});
