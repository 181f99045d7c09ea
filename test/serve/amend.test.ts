/** Amendments and modules: a running job's, and all that led to them after a restart. */
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { toBase64 } from "../../src/base/bytes.ts";
import { documentDigest } from "../../src/codec/document-digest.ts";
import { memoryStore, openAmended, writeModule } from "../../src/index.ts";
import { findSchedule, referenceTo } from "../../src/rules/built-in.ts";
import { PAYLOAD_TYPES } from "../../src/trust/payload-types.ts";
import { makeAmendment } from "../../src/trust/statement.ts";
import type { Person } from "../trust/support.ts";
import { alice, claims, mallory, NOW, policy, sgd, signed, statement, trustWith } from "../trust/support.ts";
import type { Running, Setting } from "./setting.ts";
import { endAll, envelope, removeFolder, start, trustBytes, VERIFY } from "./setting.ts";

afterEach(endAll);
afterAll(removeFolder);

const AMEND = VERIFY.replace("verify", "amend");
const may = { ...policy, amend: { hyper: { learning_rate: { factor: 2 } }, schedule: false } };
const rate = (learning_rate: number) => ({ ...sgd, hyper: { learning_rate } });

/** A signed change of the learning rate. */
function change(before: number, after: number, sequence: number, signer: Person = alice) {
  const said = { base: documentDigest(rate(before)), hyper: { learning_rate: after } };
  const payload = makeAmendment(said, { ...claims, sequence });
  return signed(payload, [signer], PAYLOAD_TYPES.amendment);
}

const chain = [await envelope(), await change(0.1, 0.05, 2), await change(0.05, 0.04, 3)] as const;
const [spec, first, second] = chain;
const strangers = await change(0.1, 0.05, 2, mallory);
const large = await change(0.1, 0.01, 2);
const early = await change(0.1, 0.05, 0);
const bodyOf = (...envelopes: readonly Uint8Array[]) =>
  JSON.stringify({ envelopes: envelopes.map(toBase64) });

const begin = (setting: Setting = {}) => start({ policy: may, ...setting });
const amend = ({ ask }: Running, ...envelopes: readonly Uint8Array[]) =>
  ask(AMEND, { body: bodyOf(...envelopes) });

describe("POST /amend", () => {
  it("answers with the amended spec, to every worker and after every restart", async () => {
    const store = memoryStore();
    const one = await begin({ store });
    await one.ask(VERIFY, { body: spec });
    const told = await amend(one, spec, first);
    expect(told).toMatchObject({
      status: 200,
      json: { status: "new", sequence: 2, amends: documentDigest(sgd), spec: rate(0.05) },
    });
    expect(told.json.specDigest).toBe(documentDigest(rate(0.05)));
    expect((await amend(one, spec, first)).json).toEqual({ ...told.json, status: "in-force" });
    await endAll();
    const next = await begin({ store });
    expect((await amend(next, spec, first)).json).toEqual({ ...told.json, status: "in-force" });
    expect((await amend(next, ...chain)).json).toMatchObject({ status: "new", spec: rate(0.04) });
  });

  it("accepts at once, in their order, what nobody here has heard of", async () => {
    const running = await begin();
    expect((await amend(running, ...chain)).json).toMatchObject({ status: "new", sequence: 3 });
    expect((await amend(running, ...chain)).json).toMatchObject({ status: "in-force", spec: rate(0.04) });
    expect((await amend(running, spec, first)).json).toMatchObject({ code: "replay" });
    expect((await running.ask(VERIFY, { body: spec })).json).toMatchObject({ code: "replay" });
  });

  it("takes a spec without any amendment, as /verify does", async () => {
    const { ask } = await begin();
    const told = (await ask(AMEND, { body: bodyOf(spec) })).json;
    expect(told).toMatchObject({ status: "new", spec: sgd });
    expect((await ask(VERIFY, { body: spec })).json).toEqual({ ...told, status: "in-force" });
  });

  it("is counted and told by its own path", async () => {
    const running = await begin();
    await amend(running, spec, first);
    await amend(running, first);
    expect(await running.metric('optseal_accepted_total{path="/amend",status="new"}')).toBe(1);
    expect(
      await running.metric('optseal_refused_total{path="/amend",stage="envelope",code="payload-type"}'),
    ).toBe(1);
    expect(await running.metric('optseal_request_seconds_count{path="/amend"}')).toBe(2);
    const [, accepted, refused] = running.log.map((line) => JSON.parse(line));
    expect(accepted).toMatchObject({ event: "accepted", route: "/amend", sequence: 2 });
    expect(refused).toMatchObject({ event: "refused", route: "/amend", code: "payload-type" });
  });

  it.each([
    ["an amendment alone", [first], 400, "payload-type"],
    ["a spec in an amendment's place", [spec, spec], 400, "payload-type"],
    ["an amendment left out", [spec, second], 403, "wrong-base"],
    ["amendments in another order", [spec, second, first], 403, "wrong-base"],
    ["a stranger's amendment", [spec, strangers], 400, "unknown-key"],
    ["more than may be changed at once", [spec, large], 403, "change-limit"],
    ["a sequence below the spec's", [spec, early], 409, "replay"],
  ])("refuses %s, and uses nothing up", async (_, envelopes, status, code) => {
    const running = await begin();
    expect(await amend(running, ...envelopes)).toMatchObject({ status, json: { code } });
    expect((await amend(running, ...chain)).json.status).toBe("new");
  });

  it("refuses a chain that others have left: stale-base", async () => {
    const running = await begin();
    await amend(running, spec, first);
    const rival = await change(0.1, 0.06, 4);
    expect(await amend(running, spec, rival)).toMatchObject({ status: 409, json: { code: "stale-base" } });
  });

  it.each([
    ["nothing", "", undefined],
    ["no JSON", "{", undefined],
    ["an envelope itself", spec, undefined],
    ["no text", Uint8Array.of(0x22, 0xff, 0x22), undefined],
    ["a list", "[]", undefined],
    ["null", "null", undefined],
    ["no envelopes", "{}", "envelopes"],
    ["none in the list", '{"envelopes":[]}', "envelopes"],
    ["no list", '{"envelopes":"AA=="}', "envelopes"],
    ["another field", '{"envelopes":["AA=="],"base":"AA=="}', undefined],
    ["another field alone", '{"__proto__":["AA=="]}', undefined],
    ["no base64", '{"envelopes":["AA==","!"]}', "envelopes[1]"],
    ["base64 without its end", '{"envelopes":["AA"]}', "envelopes[0]"],
    ["another spelling of the same bytes", '{"envelopes":["AB=="]}', "envelopes[0]"],
    ["base64 of URLs", '{"envelopes":["-_-_"]}', "envelopes[0]"],
    ["an empty envelope", '{"envelopes":["AA==","AA==",""]}', "envelopes[2]"],
    ["a number", '{"envelopes":[1]}', "envelopes[0]"],
    ["lists in lists", "[".repeat(2 << 20), undefined],
    ["a million objects", `[${"{},".repeat(600_000)}{}]`, undefined],
  ])("refuses a body that is %s: bad-body", async (_, body, path) => {
    const { ask } = await begin();
    const reply = await ask(AMEND, { body });
    expect(reply).toMatchObject({ status: 400, json: { stage: "serve", code: "bad-body" } });
    expect(reply.json.path).toBe(path);
    expect(reply.json.hint).toContain("envelopes");
  });

  it("takes JSON as others write it, with spaces and escapes", async () => {
    const { ask } = await begin();
    const [one, two] = [spec, first].map((bytes) => toBase64(bytes).replaceAll("/", "\\/"));
    const body = ` {\r\n\t"envelopes" : [ "${one}" ,\n"${two}" ] } \n`;
    expect((await ask(AMEND, { body })).json).toMatchObject({ status: "new", sequence: 2 });
  });

  it("takes 256 envelopes, and no more", async () => {
    const { ask } = await begin();
    const body = (count: number) => `{"envelopes":[${new Array(count).fill('"AA=="').join()}]}`;
    expect(await ask(AMEND, { body: body(256) })).toMatchObject({ json: { stage: "envelope" } });
    expect(await ask(AMEND, { body: body(257) })).toMatchObject({
      status: 413,
      json: { stage: "serve", code: "too-large", path: "envelopes", hint: expect.any(String) },
    });
  });
});

describe("module=1", () => {
  it("adds the module that runs the spec, amended or not", async () => {
    const { ask } = await begin();
    const plain = (await ask(VERIFY, { body: spec })).json;
    const told = (await ask(`${VERIFY}&module=1`, { body: spec })).json;
    expect(told).toEqual({ ...plain, status: "in-force", module: expect.any(String) });
    const body = bodyOf(...chain);
    const amended = (await ask(`${AMEND}&module=1`, { body })).json;
    const setting = { trust: await trustWith({ policy: may }), store: memoryStore(), now: NOW };
    const opened = await openAmended(chain, { ...setting, job: "bert", audience: "server-a" });
    const [begun, , last] = opened.history;
    expect(told.module).toBe(toBase64(writeModule(begun!).bytes));
    expect(amended.module).toBe(toBase64(writeModule(last!).bytes));
    expect(amended.module).not.toBe(told.module);
    expect((await ask(`${AMEND}&module=0`, { body })).json).not.toHaveProperty("module");
  });

  it("is that of the bounds of the trust document in force", async () => {
    const { ask, file } = await begin();
    const falling = { rule: referenceTo(findSchedule("mxnet-1.9/factorscheduler")!), hyper: { step: 10 } };
    const body = await signed(statement({}, { ...sgd, schedule: falling }), [alice]);
    const before = (await ask(`${VERIFY}&module=1`, { body })).json;
    file.bytes = await trustBytes({ version: 2 }, { ...may, bounds: { learning_rate: { max: 0.25 } } });
    await expect.poll(async () => (await ask("/healthz")).json.trust.version).toBe(2);
    const after = (await ask(`${VERIFY}&module=1`, { body })).json;
    expect(after.status).toBe("in-force");
    expect(after.module).not.toBe(before.module);
  });

  it("is not given where the statement is refused", async () => {
    const { ask } = await begin();
    const body = await signed(statement({ job: "other" }), [alice]);
    const reply = await ask(`${VERIFY}&module=1`, { body });
    expect(reply).toMatchObject({ status: 403, json: { code: "wrong-job" } });
    expect(reply.json).not.toHaveProperty("module");
  });

  it.each(["module=", "module=2", "module=true", "module=1&module=1", "module=0&module=1"])(
    "refuses %s: bad-flag",
    async (query) => {
      const { ask } = await begin();
      const reply = await ask(`${VERIFY}&${query}`, { body: spec });
      expect(reply).toMatchObject({ status: 400, json: { code: "bad-flag" } });
      expect((await ask(VERIFY, { body: spec })).json.status).toBe("new");
    },
  );
});
