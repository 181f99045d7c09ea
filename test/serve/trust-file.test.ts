import { afterAll, afterEach, describe, expect, it } from "vitest";
import { alice, NOW } from "../trust/support.ts";
import { endAll, envelope, removeFolder, start, trustBytes, VERIFY } from "./setting.ts";

afterEach(endAll);
afterAll(removeFolder);

describe("a trust document that changes", () => {
  it("takes over as a whole, with no restart", async () => {
    const { ask, file, metric, log } = await start();
    const { json: before } = await ask("/healthz");
    expect(before).toMatchObject({ status: "ok", store: "ok", trust: { version: 1, expired: false } });
    file.bytes = await trustBytes({ version: 2, revoked: [alice.id] });
    await expect.poll(() => metric("optseal_trust_version")).toBe(2);
    const reply = await ask(VERIFY, { body: await envelope() });
    expect(reply).toMatchObject({ status: 403, json: { code: "revoked-key" } });
    expect(await metric('optseal_trust_reloads_total{result="replaced"}')).toBe(1);
    expect(log.map((line) => JSON.parse(line).event)).toContain("trust-replaced");
  });

  it.each([
    ["malformed", async () => new TextEncoder().encode("junk")],
    ["malformed", async () => new Uint8Array()],
    ["malformed", async () => (await trustBytes({ version: 2 })).slice(0, 500)],
    ["trust-expired", () => trustBytes({ version: 2, issued: NOW - 20, expires: NOW - 10 })],
    ["older-version", () => trustBytes({ version: 1, expires: NOW + 5 })],
    ["ENOENT", async () => Object.assign(new Error("gone"), { code: "ENOENT" })],
  ])("and is bad changes nothing, and is told: %s", async (code, bytes) => {
    const { ask, file, metric, log } = await start();
    const good = file.bytes;
    file.bytes = await bytes();
    await expect.poll(() => metric("optseal_trust_reload_failing")).toBe(1);
    const { status, json } = await ask("/healthz");
    expect({ status, json }).toMatchObject({
      status: 200,
      json: { status: "degraded", trust: { version: 1, problem: code } },
    });
    expect((await ask(VERIFY, { body: await envelope() })).json.status).toBe("new");
    expect(log.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ level: "error", event: "trust-kept", code }),
    );
    // Told once, not at every look.
    expect(await metric('optseal_trust_reloads_total{result="kept"}')).toBe(1);
    file.bytes = good;
    await expect.poll(() => metric("optseal_trust_reload_failing")).toBe(0);
    expect((await ask("/healthz")).json.status).toBe("ok");
  });
});

describe("GET /healthz", () => {
  it("is 503 where nothing can be verified", async () => {
    const expired = await start({ now: () => NOW + 366 * 86_400 });
    expect(await expired.ask("/healthz")).toMatchObject({
      status: 503,
      json: { status: "unable", trust: { expired: true } },
    });
    let broken = false;
    const store = {
      highest: async () => {
        if (broken) throw new Error("disk");
        return undefined;
      },
      accept: async () => "new" as const,
    };
    const { ask } = await start({ store });
    expect((await ask("/healthz")).json).toMatchObject({ status: "ok", store: "ok" });
    broken = true;
    await expect.poll(async () => (await ask("/healthz")).status, { timeout: 5000 }).toBe(503);
    broken = false;
    await expect.poll(async () => (await ask("/healthz")).status, { timeout: 5000 }).toBe(200);
  });
});
