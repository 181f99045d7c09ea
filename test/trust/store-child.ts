/**
 * A process that uses a store, for the tests that race such processes and kill them. Arguments: the store's folder or URL, then
 * `climb FROM`: accept one sequence after the other, from FROM on, saying each once it is accepted;
 * or `obey`: read lines `SEQUENCE DIGIT [DIGIT]`, accept each with the digest of that digit, perhaps to follow the other, and
 * say the answer;
 * or `insist DIGIT`: offer what comes after the highest, for ever, saying each answer, also where the store refuses.
 */
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import type { Digest } from "../../src/base/digest.ts";
import { TrustError } from "../../src/trust/errors.ts";
import { folderStore } from "../../src/trust/folder-store.ts";
import { redisStore } from "../../src/trust/redis-store.ts";

const scope = { job: "bert", audience: "server-a" };
const [where = "", task = "", detail = "0"] = process.argv.slice(2);
const store = where.startsWith("redis:") ? redisStore(where) : folderStore(where);
const digestOf = (digit: string): Digest => `sha256:${digit.repeat(64)}`;
// Written at once and in whole: what was said before a kill has arrived.
const say = (text: string) => writeSync(1, `${text}\n`);

async function climb(): Promise<void> {
  for (let sequence = Number(detail); ; sequence++) {
    const answer = await store.accept(scope, { sequence, digest: digestOf(String(sequence % 10)) });
    say(`${answer} ${sequence}`);
  }
}

async function obey(): Promise<void> {
  say("ready");
  for await (const line of createInterface({ input: process.stdin })) {
    const [sequence, digit = "", after] = line.split(" ");
    const offered = { sequence: Number(sequence), digest: digestOf(digit) };
    say(await store.accept(scope, offered, after === undefined ? undefined : digestOf(after)));
  }
}

async function insist(): Promise<void> {
  for (;;) {
    try {
      const sequence = ((await store.highest(scope))?.sequence ?? 0) + 1;
      const answer = await store.accept(scope, { sequence, digest: digestOf(detail) });
      say(`${answer} ${sequence} ${detail}`);
    } catch (error) {
      if (!(error instanceof TrustError)) throw error;
      say(`refused ${error.code}`);
      await pause(2);
    }
  }
}

const TASKS: ReadonlyMap<string, () => Promise<void>> = new Map([
  ["climb", climb],
  ["obey", obey],
  ["insist", insist],
]);
await TASKS.get(task)?.();
