/** A crowd of hostile clients, in a process of its own: sends so many requests of every kind, and says how far it has come. */
import { connect } from "node:net";
import { constants, setPriority } from "node:os";
import { requestOf } from "./connection.mjs";

const AT_ONCE = 96;
/** Those that keep silent until the server has had enough of them. */
const MOST_SILENT = 460;
/** As many as the server lets wait for their answers. */
const PIPELINED = 16;
/** An answer that has not come by then will not. */
const PATIENCE_MS = 30_000;
const PATH = "/verify?job=bench&audience=server";

/** The same numbers in each run. */
function random(state) {
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
const next = random(7);
const noise = (length) => Buffer.from(Array.from({ length }, () => Math.floor(next() * 256)));

const head = (length, more = "") =>
  `POST ${PATH} HTTP/1.1\r\nHost: localhost\r\n${more}Content-Length: ${length}\r\n\r\n`;
const junk = noise(600);
const long = `X-Long: ${"x".repeat(9000)}\r\n`;
const many = Array.from({ length: 90 }, (_, i) => `X-${i}: ${i}\r\n`).join("");

/** What is said, in how many requests, and what is done then: `wait` for the end, `close` at once, `end` one's half, `hold` on. */
const kindsOf = (good) => {
  const forged = Buffer.from(good);
  forged[forged.length - 20] ^= 1;
  return [
    { name: "noise", says: noise(400), after: "wait" },
    { name: "no host", says: "GET /healthz HTTP/1.1\r\n\r\n", after: "wait" },
    { name: "long headers", says: head(0, long), after: "wait" },
    { name: "many headers", says: head(0, `${many}Connection: close\r\n`), after: "wait" },
    { name: "junk", says: requestOf(PATH, junk, "Connection: close\r\n"), after: "wait" },
    { name: "forged", says: requestOf(PATH, forged, "Connection: close\r\n"), after: "wait" },
    { name: "too large", says: head(2 ** 32) + "x".repeat(30_000), after: "wait" },
    {
      name: "in chunks",
      says: head(0, "Transfer-Encoding: chunked\r\n").replace(/Content-Length.*\r\n/, ""),
      after: "wait",
    },
    { name: "nowhere", says: requestOf("/%00/../etc", junk, "Connection: close\r\n"), after: "wait" },
    {
      name: "no envelopes",
      says: requestOf(
        PATH.replace("verify", "amend"),
        Buffer.from(`{"envelopes":${"[".repeat(9000)}`),
        "Connection: close\r\n",
      ),
      after: "wait",
    },
    {
      name: "pipelined junk",
      says: Buffer.concat(new Array(PIPELINED).fill(requestOf(PATH, junk))),
      requests: PIPELINED,
      after: "end",
    },
    {
      name: "pipelined forged",
      says: Buffer.concat(new Array(PIPELINED).fill(requestOf(PATH, forged))),
      requests: PIPELINED,
      after: "end",
    },
    { name: "half a body", says: `${head(1000)}half`, after: "end" },
    { name: "gone before the answer", says: requestOf(PATH, forged), after: "close" },
    { name: "gone in the middle", says: `${head(500_000)}x`, after: "close" },
    { name: "silent", says: "", after: "hold" },
    { name: "slow headers", says: "POST /verify HTTP/1.1\r\nHost: loc", after: "hold" },
    { name: "slow body", says: `${head(2 ** 20)}x`, after: "hold" },
    {
      name: "a thousand in one breath",
      says: Buffer.concat(new Array(1000).fill(requestOf("/metrics"))),
      after: "ignore",
    },
    {
      name: "never reads",
      says: Buffer.concat(new Array(PIPELINED).fill(requestOf("/metrics"))),
      requests: PIPELINED,
      after: "ignore",
    },
  ];
};

let silent = 0;

const AFTER = {
  wait: () => undefined,
  close: (socket) => socket.destroySoon(),
  end: (socket) => socket.end(),
  hold: () => undefined,
  ignore: (socket) => socket.pause(),
};

/** Resolves when the connection is over; for those that hold on, at once. */
function attack(path, { says, after }) {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.on("error", () => undefined).once("close", resolve);
    socket.resume();
    if (says.length > 0) socket.write(says);
    AFTER[after](socket);
    if (after !== "hold" && after !== "ignore") return;
    silent++;
    socket.once("close", () => {
      silent--;
    });
    resolve();
  });
}

// What a good client loses is to be the server's doing, and not that of a crowd which keeps the processors of this machine busy.
setPriority(constants.priority.PRIORITY_LOW);

process.once("message", async ({ path, good, requests }) => {
  const kinds = kindsOf(Buffer.from(good, "base64"));
  const sent = Object.fromEntries(kinds.map(({ name }) => [name, 0]));
  let [begun, done] = [0, 0];
  const one = async () => {
    while (begun < requests) {
      let kind = kinds[Math.floor(next() * kinds.length)];
      if (silent >= MOST_SILENT && (kind.after === "hold" || kind.after === "ignore")) kind = kinds[0];
      const { name, requests: count = 1 } = kind;
      begun += count;
      sent[name] += count;
      await attack(path, kind);
      done += count;
    }
  };
  const told = setInterval(() => process.send({ done }), 200);
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  clearInterval(told);
  process.send({ done, sent }, () => process.exit());
});
