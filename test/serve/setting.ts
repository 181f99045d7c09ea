/** A server on a socket of its own, with a trust document that tests can change, and clients of every kind. */
import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:http";
import type { Socket } from "node:net";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "../../src/codec/encode.ts";
import type { SequenceStore } from "../../src/index.ts";
import { memoryStore } from "../../src/index.ts";
import type { ServeLimits } from "../../src/serve/limits.ts";
import type { Address } from "../../src/serve/listen.ts";
import { makeLog } from "../../src/serve/log.ts";
import type { Serving } from "../../src/serve/serve.ts";
import { serve } from "../../src/serve/serve.ts";
import { TrustFile } from "../../src/serve/trust-file.ts";
import type { TrustDocument } from "../../src/trust/document.ts";
import { PAYLOAD_TYPES } from "../../src/trust/payload-types.ts";
import type { Policy } from "../../src/trust/policy.ts";
import { alice, documentWith, NOW, root, signed, statement } from "../trust/support.ts";

export const VERIFY = "/verify?job=bert&audience=server-a";

/** The bytes of a signed trust document. */
export function trustBytes(changes: Partial<TrustDocument> = {}, policy?: Policy): Promise<Uint8Array> {
  const document = documentWith(policy === undefined ? {} : { policy });
  return signed(encode({ ...document, ...changes }), [root], PAYLOAD_TYPES.trust, "json");
}

/** The bytes of a statement that alice has signed. */
export const envelope = (sequence = 1): Promise<Uint8Array> => signed(statement({ sequence }), [alice]);

export interface Setting {
  readonly store?: SequenceStore;
  /** What signers may say. */
  readonly policy?: Policy;
  readonly limits?: Partial<ServeLimits>;
  readonly address?: Address;
  readonly now?: () => number;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server said
  readonly json: any;
}

export interface Question {
  readonly method?: string;
  readonly body?: Uint8Array | string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Running {
  readonly serving: Serving;
  readonly log: string[];
  /** What the trust document's file holds. */
  readonly file: { bytes: Uint8Array | Error };
  ask(path: string, question?: Question): Promise<Reply>;
  /** A connection that says what it is told to. */
  raw(): Promise<Socket>;
  metric(name: string): Promise<number>;
}

/** Test files that run in one process come after each other. */
let folder: string | undefined;
const running: Serving[] = [];
let made = 0;

/** A path in which there is nothing yet. */
export function freshPath(): string {
  folder ??= mkdtempSync(join(tmpdir(), "optseal-serve-"));
  return join(folder, `${made++}.sock`);
}

export async function endAll(): Promise<void> {
  await Promise.all(running.splice(0).map((one) => one.stop()));
}

export function removeFolder(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
}

const where = (address: string) =>
  address.startsWith("http://")
    ? { host: new URL(address).hostname, port: Number(new URL(address).port) }
    : { socketPath: address };

export function ask(address: string, path: string, question: Question = {}): Promise<Reply> {
  const { body, method = body === undefined ? "GET" : "POST", headers = {} } = question;
  return new Promise((resolve, reject) => {
    const sent = request({ ...where(address), path, method, headers, agent: false }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", reject);
      reply.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        const json = reply.headers["content-type"] === "application/json" ? JSON.parse(text) : undefined;
        resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text, json });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

export async function start(setting: Setting = {}): Promise<Running> {
  const { store = memoryStore(), limits, address = { path: freshPath() }, now = () => NOW } = setting;
  const file: Running["file"] = { bytes: await trustBytes({}, setting.policy) };
  const read = async () => {
    if (file.bytes instanceof Error) throw file.bytes;
    return file.bytes;
  };
  const log: string[] = [];
  const serving = await serve({
    address,
    store,
    now,
    trust: await TrustFile.load({ read, now: () => NOW }),
    log: makeLog(
      async (line) => void log.push(line),
      () => NOW,
    ),
    lookMs: 5,
    ...(limits === undefined ? {} : { limits }),
  });
  running.push(serving);
  const at = where(serving.address);
  return {
    serving,
    log,
    file,
    ask: (path, question) => ask(serving.address, path, question),
    raw: () =>
      new Promise((resolve, reject) => {
        const socket = connect("socketPath" in at ? { path: at.socketPath } : at);
        socket.once("connect", () => resolve(socket)).on("error", reject);
      }),
    async metric(name) {
      const { text } = await ask(serving.address, "/metrics");
      const line = text.split("\n").find((one) => one.startsWith(`${name} `));
      return Number(line?.slice(name.length) ?? 0);
    },
  };
}
