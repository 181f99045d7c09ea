/**
 * A process that uses a folder store, for the tests that race such processes and kill them. Arguments: the folder, then
 * `climb FROM`: accept one sequence after the other, from FROM on, saying each once it is accepted;
 * or `obey NAME`: read lines `SEQUENCE DIGIT`, accept each with the digest of that digit, and say the answer.
 */
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Digest } from "../../src/base/digest.ts";
import { folderStore } from "../../src/trust/folder-store.ts";

const scope = { job: "bert", audience: "server-a" };
const [folder = "", task = "", from = "0"] = process.argv.slice(2);
const store = folderStore(folder);
const digestOf = (digit: string): Digest => `sha256:${digit.repeat(64)}`;
// Written at once and in whole: what was said before a kill has arrived.
const say = (text: string) => writeSync(1, `${text}\n`);

async function climb(): Promise<void> {
  for (let sequence = Number(from); ; sequence++) {
    const answer = await store.accept(scope, { sequence, digest: digestOf(String(sequence % 10)) });
    say(`${answer} ${sequence}`);
  }
}

async function obey(): Promise<void> {
  say("ready");
  for await (const line of createInterface({ input: process.stdin })) {
    const [sequence, digit = ""] = line.split(" ");
    say(await store.accept(scope, { sequence: Number(sequence), digest: digestOf(digit) }));
  }
}

await (task === "climb" ? climb() : obey());
