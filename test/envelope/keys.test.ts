import { createHash } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { toBase64 } from "../../src/base/bytes.ts";
import { EnvelopeError } from "../../src/envelope/errors.ts";
import {
  checkOwner,
  formatPublicKey,
  formatSecretKey,
  generateKey,
  parsePublicKeyFile,
  parseSecretKeyFile,
} from "../../src/envelope/key-file.ts";
import type { PublicKey, SecretKey } from "../../src/envelope/keys.ts";
import {
  exportPublicKey,
  importPublicKey,
  importSecretKey,
  keyId,
  publicKeyOf,
} from "../../src/envelope/keys.ts";
import { alice, bob, refusal } from "./support.ts";

describe("keys", () => {
  it("are named by a domain-separated SHA-256 of their bytes", () => {
    const raw = exportPublicKey(alice.key);
    const expected = createHash("sha256").update("optseal-ed25519-public-1\0").update(raw).digest("hex");
    expect(keyId(alice.key)).toBe(expected);
    expect(keyId(importPublicKey(raw))).toBe(expected);
    expect(keyId(bob.key)).not.toBe(expected);
  });

  it("keep their bytes to themselves", () => {
    const raw = exportPublicKey(alice.key);
    const key = importPublicKey(raw);
    raw.fill(0);
    exportPublicKey(key).fill(0);
    expect(exportPublicKey(key)).toEqual(exportPublicKey(alice.key));
    expect(Object.isFrozen(key)).toBe(true);
  });

  it("show no secret when printed or serialised", () => {
    const seed = new Uint8Array(32).fill(0xab);
    const secret = importSecretKey(seed);
    const shown = JSON.stringify(secret) + inspect(secret, { depth: 9, showHidden: true }) + String(secret);
    expect(shown).not.toMatch(/171|abab|q6ur/i);
    seed.fill(0);
    expect(formatSecretKey({ key: secret, owner: "a" })).toContain(toBase64(new Uint8Array(32).fill(0xab)));
  });

  it("derive the same public half from a seed every time", async () => {
    const again = importSecretKey(new Uint8Array(32).fill(1));
    expect(keyId(await publicKeyOf(again))).toBe(alice.id);
    expect(await publicKeyOf(again)).toBe(await publicKeyOf(again));
  });

  it("are refused when something else made them", async () => {
    const forged = { ...alice.key };
    expect(await refusal(() => exportPublicKey(forged))).toBe("bad-key");
    expect(await refusal(() => exportPublicKey(alice.secret as unknown as PublicKey))).toBe("bad-key");
    expect(await refusal(() => publicKeyOf(alice.key as unknown as SecretKey))).toBe("bad-key");
  });

  it("are 32 bytes and nothing else", async () => {
    for (const other of [undefined, null, "00", 7, {}, [], new ArrayBuffer(32), new Uint16Array(32)])
      expect(await refusal(() => importPublicKey(other))).toBe("not-bytes");
    for (const length of [0, 31, 33, 64]) {
      expect(await refusal(() => importPublicKey(new Uint8Array(length).fill(9)))).toBe("bad-key");
      expect(await refusal(() => importSecretKey(new Uint8Array(length).fill(9)))).toBe("bad-key");
    }
  });
});

describe("key files", () => {
  it("are one line, there and back", () => {
    const publicText = formatPublicKey({ key: alice.key, owner: "alice@example.com" });
    expect(publicText).toBe(
      `optseal-ed25519-public 1 ${toBase64(exportPublicKey(alice.key))} alice@example.com\n`,
    );
    const parsed = parsePublicKeyFile(publicText);
    expect([keyId(parsed.key), parsed.owner]).toEqual([alice.id, "alice@example.com"]);
    expect(parsePublicKeyFile(publicText.trimEnd()).owner).toBe("alice@example.com");

    const secretText = formatSecretKey({ key: alice.secret, owner: "alice" });
    expect(secretText).toBe(`optseal-ed25519-secret 1 ${toBase64(new Uint8Array(32).fill(1))} alice\n`);
    expect(formatSecretKey(parseSecretKeyFile(secretText))).toBe(secretText);
  });

  it("are refused in any other spelling", async () => {
    const good = formatPublicKey({ key: alice.key, owner: "alice" });
    const bad: [string, unknown][] = [
      ["bad-key-file", ""],
      ["bad-key-file", good.replace(" 1 ", " 2 ")],
      ["bad-key-file", good.replace(" 1 ", "  1 ")],
      ["bad-key-file", good.replace("\n", "\r\n")],
      ["bad-key-file", `${good}\n`],
      ["bad-key-file", good + good],
      ["bad-key-file", ` ${good}`],
      ["bad-key-file", `\ufeff${good}`],
      ["bad-key-file", good.toUpperCase()],
      ["bad-key-file", good.replace("= ", " ")],
      ["bad-key-file", good.replace(" alice", "")],
      ["bad-key-file", good.replace("alice", "alice bob")],
      ["bad-key-file", good.replace("alice", "a".repeat(300))],
      ["bad-key-file", "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n"],
      ["bad-owner", good.replace("alice", "a".repeat(65))],
      ["bad-owner", good.replace("alice", "al\u00efce")],
      ["bad-owner", good.replace("alice", "al\u001b[31mice")],
      ["bad-key", `optseal-ed25519-public 1 ${toBase64(new Uint8Array(31))} alice\n`],
      ["bad-key", `optseal-ed25519-public 1 ${toBase64(new Uint8Array(32))} alice\n`],
      ["not-bytes", new Uint8Array(3)],
      ["not-bytes", undefined],
    ];
    for (const [code, text] of bad)
      expect([text, await refusal(() => parsePublicKeyFile(text))]).toEqual([text, code]);
  });

  it("never quote what a wrong file holds", () => {
    const material = toBase64(new Uint8Array(32).fill(0xab));
    for (const parse of [parsePublicKeyFile, parseSecretKeyFile])
      for (const text of [
        `optseal-ed25519-secret 1 ${material} alice bob`,
        `optseal-ed25519-secret 9 ${material} alice`,
        `optseal-ed25519-secret 1 ${material}=== alice`,
        `optseal-ed25519-secret 1 ${material.slice(4)} alice`,
        `  optseal-ed25519-secret 1 ${material}`,
        material,
      ]) {
        let shown = "";
        try {
          parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(EnvelopeError);
          shown = inspect(error, { depth: 9 });
        }
        expect(shown).not.toBe("");
        expect(shown).not.toContain(material.slice(8, 24));
      }
  });

  it("hold new keys, each another one", async () => {
    const [one, two] = [await generateKey("alice"), await generateKey("alice")];
    expect(keyId(one.publicKey)).not.toBe(keyId(two.publicKey));
    expect(keyId(await publicKeyOf(one.secretKey))).toBe(keyId(one.publicKey));
    expect(one.owner).toBe("alice");
    expect(await refusal(() => generateKey("a b"))).toBe("bad-owner");
  });

  it("name owners in 1 to 64 printable characters", async () => {
    for (const name of ["a", "!", "~", "a".repeat(64), "alice+ml@example.com"])
      expect(checkOwner(name)).toBe(name);
    for (const name of ["", " ", "a b", "a\n", "a".repeat(65), "\u0430", "\x7f", 3, null])
      expect(await refusal(() => checkOwner(name))).toBe("bad-owner");
  });
});
