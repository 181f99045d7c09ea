import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { SequenceStore } from "../../src/index.ts";
import { TrustError } from "../../src/index.ts";
import { ask, endAll, envelope, freshPath, removeFolder, start, VERIFY } from "./setting.ts";

afterEach(endAll);
afterAll(removeFolder);

/** The file of a server that was killed. */
function abandoned(path: string): void {
  const script = `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", script]);
}

const codeOf = (start: Promise<unknown>) =>
  start.then(
    () => "started",
    ({ code }) => code,
  );

describe("a unix socket", () => {
  it("is its owner's alone, and is gone when the server is", async () => {
    const { serving } = await start();
    expect(statSync(serving.address).mode & 0o777).toBe(0o600);
    await endAll();
    expect(existsSync(serving.address)).toBe(false);
  });

  it("that a server left behind is replaced", async () => {
    const path = freshPath();
    abandoned(path);
    expect(statSync(path).isSocket()).toBe(true);
    const { ask: here } = await start({ address: { path } });
    expect((await here("/healthz")).status).toBe(200);
  });

  it("at which somebody listens is not", async () => {
    const path = freshPath();
    const first = await start({ address: { path } });
    expect(await codeOf(start({ address: { path } }))).toBe("EADDRINUSE");
    expect((await first.ask("/healthz")).status).toBe(200);
  });

  it("takes no place of another file", async () => {
    const path = freshPath();
    writeFileSync(path, "mine");
    expect(await codeOf(start({ address: { path } }))).toBe("EEXIST");
    expect(readFileSync(path, "utf8")).toBe("mine");
    expect(await codeOf(start({ address: { path: `${path}/below` } }))).toBe("ENOTDIR");
    expect(await codeOf(start({ address: { path: `${freshPath()}/below` } }))).toBe("ENOENT");
  });

  it("that somebody else may not be asked about is left alone", async () => {
    const path = freshPath();
    abandoned(path);
    chmodSync(path, 0o000);
    // Root may connect to it all the same.
    expect(["started", "EADDRINUSE"]).toContain(await codeOf(start({ address: { path } })));
  });
});

describe("a port of this host", () => {
  it("is chosen where 0 is asked for, and told", async () => {
    const { serving } = await start({ address: { host: "127.0.0.1", port: 0 } });
    expect(serving.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await ask(serving.address, "/healthz")).status).toBe(200);
  });

  it("that is taken is refused", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    expect(await codeOf(start({ address: { host: "127.0.0.1", port } }))).toBe("EADDRINUSE");
    other.close();
  });
});

describe("a server", () => {
  it("whose store cannot be read does not start, and leaves no socket", async () => {
    const store: SequenceStore = {
      highest: () => Promise.reject(new TrustError({ code: "store", message: "broken" })),
      accept: async () => "new",
    };
    const path = freshPath();
    expect(await codeOf(start({ store, address: { path } }))).toBe("store");
    expect(existsSync(path)).toBe(false);
  });

  it("that is stopped gives the answers that are due, and takes no more", async () => {
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const store: SequenceStore = {
      highest: async ({ job }) => {
        if (job === "bert") await gate;
        return undefined;
      },
      accept: async () => "new",
    };
    const { serving, ask: here, raw, log } = await start({ store });
    const asked = here(VERIFY, { body: await envelope() });
    const idle = await raw();
    await expect.poll(async () => (await here("/metrics")).text).toContain("optseal_requests_in_flight 1");
    const stopped = serving.stop();
    await expect.poll(() => codeOf(here("/healthz"))).toMatch(/ENOENT|ECONNREFUSED/);
    go();
    const reply = await asked;
    expect(reply).toMatchObject({ status: 200, json: { status: "new" } });
    expect(reply.headers.connection).toBe("close");
    idle.destroy();
    await stopped;
    expect(log.map((line) => JSON.parse(line).event).slice(-3)).toEqual(["stopping", "accepted", "stopped"]);
  });

  it("does not wait for ever for who says nothing", async () => {
    const { serving, raw } = await start({ limits: { stopMs: 50 } });
    const silent = await raw();
    silent
      .on("error", () => undefined)
      .write("POST /verify HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n");
    const started = performance.now();
    await serving.stop();
    expect(performance.now() - started).toBeLessThan(4000);
    expect(existsSync(serving.address)).toBe(false);
  });
});
