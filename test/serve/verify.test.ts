import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { SequenceStore } from "../../src/index.ts";
import { memoryStore } from "../../src/index.ts";
import { alice, mallory, NOW, sgd, signed, statement } from "../trust/support.ts";
import { endAll, envelope, removeFolder, start, VERIFY } from "./setting.ts";

afterEach(endAll);
afterAll(removeFolder);

/** A store that answers the question at the start, and then nothing. */
function stuck(): SequenceStore {
  let asked = 0;
  return {
    highest: () => (asked++ === 0 ? Promise.resolve(undefined) : new Promise(() => undefined)),
    accept: () => new Promise(() => undefined),
  };
}

describe("POST /verify", () => {
  it("says new, then in-force, with digests, claims and the spec", async () => {
    const { ask, log } = await start();
    const body = await envelope();
    const first = await ask(VERIFY, { body });
    expect(first.status).toBe(200);
    expect(first.json).toEqual({
      status: "new",
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      specDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      owners: ["alice"],
      job: "bert",
      audience: ["server-a", "server-b"],
      sequence: 1,
      issued: NOW - 10,
      expires: expect.any(Number),
      spec: sgd,
    });
    expect((await ask(VERIFY, { body })).json).toEqual({ ...first.json, status: "in-force" });
    expect(first.headers).toMatchObject({ "cache-control": "no-store", "content-type": "application/json" });
    expect(log.map((line) => JSON.parse(line).event)).toEqual(["listening", "accepted", "accepted"]);
  });

  it("keeps minus zero", async () => {
    const { ask } = await start();
    const body = await signed(statement({}, { ...sgd, hyper: { learning_rate: 0.1, wd: -0 } }), [alice]);
    expect((await ask(VERIFY, { body })).json).toMatchObject({
      status: "new",
      spec: { hyper: { wd: "-0" } },
    });
  });

  it("takes both names from headers, too", async () => {
    const { ask } = await start();
    const headers = { "optseal-job": "bert", "optseal-audience": "server-a" };
    expect((await ask("/verify", { body: await envelope(), headers })).json.status).toBe("new");
  });

  it.each([
    ["", {}],
    ["?job=bert", {}],
    ["?job=bert&audience=", {}],
    ["?job=bert&job=bert&audience=server-a", {}],
    ["?job=bert&audience=server-a", { "optseal-job": "bert" }],
    ["?job=a%20b&audience=server-a", {}],
    [`?job=${"j".repeat(129)}&audience=server-a`, {}],
    ["?job=b%C3%A9rt&audience=server-a", {}],
  ])("bad-label: %s %j", async (query, headers) => {
    const { ask } = await start();
    const reply = await ask(`/verify${query}`, { body: await envelope(), headers });
    expect(reply).toMatchObject({ status: 400, json: { stage: "serve", code: "bad-label" } });
    expect(reply.json.hint).toMatch(/Optseal-/);
  });

  it("refuses by stage, code, message, path and hint, with a status for each stage", async () => {
    const { ask } = await start();
    const post = async (body: Uint8Array | string, path = VERIFY) => ask(path, { body });
    await post(await envelope(5));
    const forged = (await envelope(6)).slice();
    forged[forged.length - 1]! ^= 1;
    const unknown = statement({ sequence: 7 }, { ...sgd, hyper: { nonsense: 1 } });
    const refusals = [
      [await post(""), 400, "envelope", "malformed"],
      [await post("junk"), 400, "envelope", "malformed"],
      [await post(forged), 400, "envelope", "bad-signature"],
      [await post(await signed(statement(), [mallory])), 400, "envelope", "unknown-key"],
      [await post(await signed(Uint8Array.of(0xc1), [alice])), 400, "codec", expect.any(String)],
      [await post(await signed(unknown, [alice])), 422, "check", "unknown-hyper"],
      [await post(await envelope(9), VERIFY.replace("bert", "other")), 403, "trust", "wrong-job"],
      [await post(await envelope(4)), 409, "trust", "replay"],
      [
        await post(await signed(statement({ sequence: 5, expires: NOW + 99 }), [alice])),
        409,
        "trust",
        "conflict",
      ],
    ] as const;
    for (const [reply, status, stage, code] of refusals)
      expect(reply).toMatchObject({ status, json: { stage, code, message: expect.any(String) } });
    const replay = refusals[7][0].json;
    expect(replay).toMatchObject({ path: "claims.sequence", hint: expect.stringContaining("sign it again") });
    expect(replay.issues).toHaveLength(1);
  });

  it("refuses as 503 what is the server's own trouble", async () => {
    const broken = { ...memoryStore(), accept: () => Promise.reject(new Error("disk")) };
    const { ask } = await start({ store: broken });
    const reply = await ask(VERIFY, { body: await envelope() });
    expect(reply).toMatchObject({ status: 503, json: { stage: "trust", code: "store" } });
    expect(reply.headers["retry-after"]).toBe("1");
    const late = await start({ now: () => NOW + 366 * 86_400 });
    expect(await late.ask(VERIFY, { body: await envelope() })).toMatchObject({
      json: { code: "trust-expired" },
    });
  });

  it("takes no longer than it may: timeout", async () => {
    const { ask, metric } = await start({ store: stuck(), limits: { answerMs: 30 } });
    const reply = await ask(VERIFY, { body: await envelope() });
    expect(reply).toMatchObject({ status: 503, json: { stage: "serve", code: "timeout" } });
    expect(await metric('optseal_refused_total{path="/verify",stage="serve",code="timeout"}')).toBe(1);
    expect(await metric("optseal_requests_in_flight")).toBe(0);
  });

  it("answers only so many at once: busy", async () => {
    const { ask } = await start({ store: stuck(), limits: { answerMs: 200, requests: 2 } });
    const body = await envelope();
    const replies = await Promise.all([1, 2, 3].map(() => ask(VERIFY, { body })));
    expect(replies.map(({ json }) => json.code).sort()).toEqual(["busy", "timeout", "timeout"]);
    // Who watches over the server is heard even then.
    const asked = Promise.all([1, 2].map(() => ask(VERIFY, { body })));
    expect((await ask("/metrics")).status).toBe(200);
    await asked;
  });

  it("says of a bug no more than that it is one", async () => {
    let times = 0;
    const { ask, log } = await start({ now: () => (times++ === 0 ? NOW : Number.NaN) });
    await ask(VERIFY, { body: await envelope() });
    const reply = await ask(VERIFY, { body: await envelope() });
    expect(reply).toMatchObject({ status: 500, json: { stage: "serve", code: "bug" } });
    expect(reply.text).not.toContain("TypeError");
    expect(log.join("")).toContain("TypeError");
  });
});

describe("the log and the metrics", () => {
  it("count and tell each refusal, with nothing raw in it", async () => {
    const { ask, log, metric } = await start();
    await ask(VERIFY.replace("bert", "other"), { body: await envelope() });
    await ask(VERIFY, { body: '\u001b[31m{"payloadType":"\u202e"}' });
    expect(log.every((line) => /^[\x20-\x7e]+\n$/.test(line))).toBe(true);
    const told = log.map((line) => JSON.parse(line));
    expect(told[1]).toEqual({
      time: "2027-01-15T08:00:00.000Z",
      level: "warn",
      event: "refused",
      route: "/verify",
      stage: "trust",
      code: "wrong-job",
      message: "the statement is for the job `bert`",
      path: "claims.job",
    });
    expect(await metric('optseal_refused_total{path="/verify",stage="trust",code="wrong-job"}')).toBe(1);
    expect(await metric('optseal_request_seconds_count{path="/verify"}')).toBe(2);
  });

  it("tell how the server is", async () => {
    const { ask, metric } = await start();
    await ask(VERIFY, { body: await envelope() });
    await ask(VERIFY, { body: await envelope() });
    expect(await metric('optseal_accepted_total{path="/verify",status="new"}')).toBe(1);
    expect(await metric('optseal_accepted_total{path="/verify",status="in-force"}')).toBe(1);
    expect(await metric("optseal_trust_age_seconds")).toBe(86_400);
    expect(await metric("optseal_trust_remaining_seconds")).toBe(365 * 86_400);
    expect(await metric("optseal_trust_version")).toBe(1);
    expect((await ask("/metrics")).headers["content-type"]).toMatch(/^text\/plain; version=0\.0\.4/);
  });
});
