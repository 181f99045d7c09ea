/** Clients that are slow, silent, rude or many. */
import { once } from "node:events";
import { Socket } from "node:net";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { memoryStore } from "../../src/index.ts";
import { Connections } from "../../src/serve/connections.ts";
import { SERVE_LIMITS } from "../../src/serve/limits.ts";
import { endAll, envelope, removeFolder, start, VERIFY } from "./setting.ts";

afterEach(endAll);
afterAll(removeFolder);

/** All that comes until the server closes the connection. */
async function all(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk)).on("error", () => undefined);
  if (!socket.closed) await once(socket, "close");
  return Buffer.concat(chunks).toString();
}

const post = (length: number | string, body = "") =>
  `POST ${VERIFY} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n${body}`;

describe("what is no question to this service", () => {
  it.each([
    ["GET", "/", 404, "not-found"],
    ["GET", "/verify/", 404, "not-found"],
    ["GET", "/VERIFY", 404, "not-found"],
    ["GET", "/verify", 405, "wrong-method"],
    ["POST", "/healthz", 405, "wrong-method"],
    ["DELETE", "/metrics", 405, "wrong-method"],
  ])("%s %s: %i %s", async (method, path, status, code) => {
    const { ask } = await start();
    expect(await ask(path, { method })).toMatchObject({ status, json: { stage: "serve", code } });
  });

  it("is a page in a browser, or one that found this host by another name", async () => {
    const { ask } = await start({ address: { host: "127.0.0.1", port: 0 } });
    const origin = await ask("/healthz", { headers: { origin: "https://example.com" } });
    expect(origin).toMatchObject({ status: 403, json: { code: "browser" } });
    const host = await ask("/metrics", { headers: { host: "rebound.example" } });
    expect(host).toMatchObject({ status: 421, json: { code: "wrong-host" } });
    expect((await ask("/healthz", { headers: { host: "localhost:80" } })).status).toBe(200);
  });

  it("is a body in chunks, or one that is too large", async () => {
    const { ask, metric } = await start({ limits: { body: 1000 } });
    const chunked = await ask(VERIFY, { body: "x", headers: { "transfer-encoding": "chunked" } });
    expect(chunked).toMatchObject({ status: 411, json: { code: "length-required" } });
    expect(await ask(VERIFY, { body: "x".repeat(1001) })).toMatchObject({
      status: 413,
      json: { code: "too-large" },
    });
    expect(await ask(VERIFY, { body: "x".repeat(1000) })).toMatchObject({ json: { code: "malformed" } });
    expect(await metric('optseal_refused_total{path="/verify",stage="serve",code="too-large"}')).toBe(1);
  });

  it.each([
    ["no HTTP", "\u0000\u0001\u0002garbage\r\n\r\n", /^HTTP\/1\.1 400 /],
    ["headers too long", `GET / HTTP/1.1\r\nHost: localhost\r\nx: ${"x".repeat(9000)}`, /^HTTP\/1\.1 431 /],
    [
      "two lengths",
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      / 400 /,
    ],
    [
      "a length and chunks",
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      / 400 /,
    ],
    ["no host", "GET /healthz HTTP/1.1\r\n\r\n", /^HTTP\/1\.1 400 /],
    ["a length that is none", post("1e3"), /^HTTP\/1\.1 400 /],
    [
      "no URL",
      "GET http://[ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
      /^HTTP\/1\.1 400 [\s\S]*"code":"bad-request"/,
    ],
    [
      "another protocol",
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n\r\n",
      /^HTTP\/1\.1 200 /,
    ],
    ["a tunnel", "CONNECT example.com:443 HTTP/1.1\r\nHost: localhost\r\n\r\n", /^$/],
  ])("is %s", async (_, text, answer) => {
    const { raw, ask } = await start();
    const socket = await raw();
    socket.write(text);
    expect(await all(socket)).toMatch(answer);
    expect((await ask("/healthz")).status).toBe(200);
  });
});

describe("a client that", () => {
  const QUICK = { headersMs: 80, requestMs: 160 };

  it.each([
    ["says nothing", ""],
    ["does not end its headers", "POST /verify HTTP/1.1\r\nHost: loc"],
    ["does not send its body", post(100)],
    ["does not send all of its body", post(100, "half")],
  ])("%s is shown the door", async (_, text) => {
    const { raw, metric } = await start({ limits: QUICK });
    const socket = await raw();
    socket.write(text);
    expect(await all(socket)).toMatch(/^(?:HTTP\/1\.1 408 |$)/);
    expect(await metric("optseal_connections")).toBe(1);
    expect(await metric("optseal_held_bytes")).toBe(0);
  });

  it("drips its body is not waited for longer than one that sends nothing", async () => {
    const { raw, metric } = await start({ limits: QUICK });
    const socket = await raw();
    socket.write(post(10_000));
    const drip = setInterval(() => socket.write("x"), 10);
    const started = performance.now();
    await all(socket);
    clearInterval(drip);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(await metric("optseal_held_bytes")).toBe(0);
  });

  it("has closed its half is answered all the same; in the middle of a question, it is not", async () => {
    const { raw, metric } = await start();
    const body = Buffer.from(await envelope());
    const whole = await raw();
    whole.end(Buffer.concat([Buffer.from(post(body.length)), body]));
    expect(await all(whole)).toMatch(/^HTTP\/1\.1 200 [\s\S]*"status":"new"/);
    const half = await raw();
    half.end(post(body.length, "half"));
    expect(await all(half)).not.toMatch(/ 200 /);
    expect(await metric('optseal_refused_total{path="/verify",stage="serve",code="interrupted"}')).toBe(1);
    expect(await metric("optseal_held_bytes")).toBe(0);
  });

  it("has closed its half is answered by a store that takes its time", async () => {
    const memory = memoryStore();
    const accept: typeof memory.accept = async (...offered) => {
      await new Promise((resolve) => void setTimeout(resolve, 50));
      return memory.accept(...offered);
    };
    const { raw } = await start({ store: { ...memory, accept } });
    const body = Buffer.from(await envelope());
    const socket = await raw();
    socket.end(Buffer.concat([Buffer.from(post(body.length)), body]));
    expect(await all(socket)).toMatch(/^HTTP\/1\.1 200 [\s\S]*"status":"new"/);
  });

  it("goes away leaves nothing behind", async () => {
    const { raw, metric } = await start();
    for (let i = 0; i < 20; i++) {
      const socket = await raw();
      socket.write(post(1000, "half"), () => socket.destroy());
      await all(socket);
    }
    await expect.poll(() => metric("optseal_connections")).toBe(1);
    expect(await metric("optseal_held_bytes")).toBe(0);
  });

  it("asks ten things in one breath gets ten answers, in order", async () => {
    const { raw } = await start();
    const socket = await raw();
    const body = await envelope();
    const one = Buffer.concat([Buffer.from(post(body.length)), body]);
    socket.write(Buffer.concat(new Array(9).fill(one)));
    socket.end("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    const text = await all(socket);
    expect(text.match(/HTTP\/1\.1 200 /g)).toHaveLength(10);
    expect(text.match(/"status":"(?:new|in-force|ok)"/g)).toEqual([
      '"status":"new"',
      ...new Array(8).fill('"status":"in-force"'),
      '"status":"ok"',
    ]);
  });
});

describe("a client that never ends", () => {
  it("is told with the last answer of its connection that this is closed, and is told nothing after it", async () => {
    const { raw, metric } = await start({ limits: { perConnection: 3 } });
    const socket = await raw();
    for (let i = 0; i < 5; i++) socket.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const text = await all(socket);
    expect(text.match(/^HTTP\/1\.1 \d+/gm)).toEqual(new Array(3).fill("HTTP/1.1 200"));
    expect(text.match(/^connection: .*(?=\r\n)/gim)).toEqual([
      "Connection: keep-alive",
      "Connection: keep-alive",
      "Connection: close",
    ]);
    expect(await metric("optseal_connections")).toBe(1);
  });
});

describe("many clients that keep silent", () => {
  it("make room, longest wait first, for one that speaks", async () => {
    const { raw, ask, metric } = await start({ limits: { connections: 10 } });
    const silent = await Promise.all(Array.from({ length: 10 }, raw));
    expect((await ask(VERIFY, { body: await envelope() })).status).toBe(200);
    await expect.poll(() => silent.filter(({ closed }) => closed).length).toBe(1);
    expect(await metric('optseal_connections_dropped_total{reason="made-room"}')).toBe(1);
    for (const socket of silent) socket.destroy();
  });

  it("who come all at once take no place of one that speaks at that moment", async () => {
    const dropped: string[] = [];
    const guests = new Connections({ ...SERVE_LIMITS, connections: 4 }, (reason) => dropped.push(reason));
    const [old, ...crowd] = Array.from({ length: 9 }, () => new Socket()) as [Socket, ...Socket[]];
    guests.enter(old);
    for (const socket of crowd) guests.enter(socket);
    // What it has sent is read in the same turn as those are accepted.
    const answered = guests.answer(old, async () => {
      await new Promise((resolve) => void setTimeout(resolve, 5));
      return "answer";
    });
    expect(await answered).toBe("answer");
    expect(old.destroyed).toBe(false);
    expect(crowd.map(({ destroyed }) => destroyed)).toEqual([
      ...new Array(5).fill(true),
      false,
      false,
      false,
    ]);
    expect(dropped).toEqual(new Array(5).fill("made-room"));
    expect(guests.count).toBe(4);
  });

  it("make room for a body, where theirs were announced and did not come", async () => {
    const { raw, ask, metric } = await start({ limits: { body: 100_000, held: 460_000 } });
    const slow: Socket[] = [];
    for (let i = 1; i <= 5; i++) {
      const socket = await raw();
      socket.on("error", () => undefined).write(post(100_000, "x"));
      slow.push(socket);
      await expect.poll(() => metric("optseal_held_bytes")).toBe(100_000 * Math.min(i, 4));
    }
    await expect.poll(() => slow.map(({ closed }) => closed)).toEqual([true, false, false, false, false]);
    expect(await metric('optseal_connections_dropped_total{reason="made-room"}')).toBe(1);
    expect((await ask(VERIFY, { body: await envelope() })).status).toBe(200);
    for (const socket of slow) socket.destroy();
  });
});

describe("one who asks and does not listen", () => {
  const asking = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";

  it("is not answered a thousand times", async () => {
    const { raw, metric } = await start();
    const socket = await raw();
    socket.pause().on("error", () => undefined);
    socket.write(asking.repeat(1500));
    await expect.poll(() => metric('optseal_connections_dropped_total{reason="pipelined"}')).toBe(1);
    expect(await metric('optseal_request_seconds_count{path="/metrics"}')).toBeLessThan(50);
    socket.destroy();
  });

  it("makes room for others with what it has not taken", async () => {
    const { raw, ask, metric } = await start({ limits: { body: 1000, held: 400_000 } });
    const deaf: Socket[] = [];
    for (let i = 0; i < 12; i++) {
      const socket = await raw();
      socket.pause().on("error", () => undefined);
      // What the system's own buffers take is given back: only more than that is held.
      for (let k = 0; k < 16; k++) socket.write(asking);
      deaf.push(socket);
    }
    expect((await ask(VERIFY, { body: await envelope() })).status).toBe(200);
    expect(await metric("optseal_held_bytes")).toBeLessThanOrEqual(400_000);
    for (const socket of deaf) socket.destroy();
    await expect.poll(() => metric("optseal_connections")).toBe(1);
    expect(await metric("optseal_held_bytes")).toBe(0);
  });

  it("does not keep others waiting: one request of a connection at a time", async () => {
    let begun = 0;
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const store = {
      ...memoryStore(),
      highest: async ({ job }: { readonly job: string }) => {
        if (job === "bert" && begun++ === 0) await gate;
        return undefined;
      },
    };
    const { raw, ask, metric } = await start({ store, limits: { requests: 2 } });
    const socket = await raw();
    const body = Buffer.from(await envelope());
    const one = Buffer.concat([Buffer.from(post(body.length)), body]);
    socket.write(Buffer.concat(new Array(9).fill(one)));
    await expect.poll(() => begun).toBe(1);
    expect((await ask(VERIFY, { body })).status).toBe(200);
    // One of the nine, and the other client's.
    expect(begun).toBe(2);
    expect(await metric('optseal_refused_total{path="/verify",stage="serve",code="busy"}')).toBe(0);
    go();
    socket.destroy();
  });
});
