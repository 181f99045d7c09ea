import { describe, expect, it, vi } from "vitest";
import { toHex, utf8 } from "../../src/base/bytes.ts";
import { ed25519 } from "../../src/envelope/ed25519.ts";
import type { BackendName } from "../../src/envelope/ed25519-backend.ts";
import {
  isCanonicalPoint,
  isSmallOrder,
  isStrictKey,
  isStrictSignature,
} from "../../src/envelope/ed25519-strict.ts";
import { BACKENDS, corpus, hasCorpora, hex, refusal } from "./support.ts";

// RFC 8032 section 7.1, TEST 1 to 3.
const RFC8032 = [
  {
    seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    key: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    message: "",
    signature:
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  },
  {
    seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    key: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    message: "72",
    signature:
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  },
  {
    seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    key: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    message: "af82",
    signature:
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  },
].map((row) => ({
  seed: hex(row.seed),
  key: hex(row.key),
  message: hex(row.message),
  signature: hex(row.signature),
}));

const P = 2n ** 255n - 19n;

function littleEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % P;
  for (let bits = exponent; bits > 0n; bits >>= 1n) {
    if (bits & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

const mod = (value: bigint) => ((value % P) + P) % P;
const D = mod(-121665n * power(121666n, P - 2n));

/** The y of twice the point with this y: y' = (y^2 + x^2) / (1 - d x^2 y^2), x^2 = (y^2 - 1) / (d y^2 + 1). */
function doubledY(y: bigint): bigint {
  const yy = mod(y * y);
  const xx = mod((yy - 1n) * power(D * yy + 1n, P - 2n));
  return mod((yy + xx) * power(mod(1n - D * xx * yy), P - 2n));
}

describe.each(BACKENDS)("ed25519 by %s", (name) => {
  it("agrees with RFC 8032, both ways", async () => {
    const backend = await ed25519(name);
    expect(backend.name).toBe(name);
    for (const { seed, key, message, signature } of RFC8032) {
      expect(await backend.publicKey(seed)).toEqual(key);
      expect(await backend.sign(seed, message)).toEqual(signature);
      expect(await backend.verify(key, message, signature)).toBe(true);
      expect(await backend.verify(key, Uint8Array.of(...message, 0), signature)).toBe(false);
    }
  });

  it("answers false to wrong lengths and to what is no point, and refuses seeds of wrong length", async () => {
    const backend = await ed25519(name);
    const { key, message, signature } = RFC8032[0]!;
    for (const wrong of [key.subarray(1), Uint8Array.of(...key, 0), new Uint8Array(0)])
      expect(await backend.verify(wrong, message, signature)).toBe(false);
    for (const wrong of [signature.subarray(1), Uint8Array.of(...signature, 0), new Uint8Array(0)])
      expect(await backend.verify(key, message, wrong)).toBe(false);
    // y = 2 is not on the curve: (y^2 - 1) / (d y^2 + 1) is no square.
    expect(await backend.verify(littleEndian(2n), message, signature)).toBe(false);
    expect(await refusal(() => backend.sign(new Uint8Array(31), message))).toBe("bad-key");
    expect(await refusal(() => backend.publicKey(new Uint8Array(64)))).toBe("bad-key");
  });

  it("keeps apart more keys than it caches", async () => {
    const backend = await ed25519(name);
    const { seed, key, message, signature } = RFC8032[1]!;
    const count = name === "tweetnacl" ? 3 : 80;
    for (let i = 0; i < count; i++) {
      const other = await backend.publicKey(new Uint8Array(32).fill(i));
      expect(await backend.verify(other, message, signature)).toBe(false);
    }
    expect(await backend.verify(key, message, signature)).toBe(true);
    expect(await backend.sign(seed, message)).toEqual(signature);
  });
});

describe("the choice of a backend", () => {
  it("takes node:crypto here, once", async () => {
    expect((await ed25519()).name).toBe("node");
    expect(await ed25519()).toBe(await ed25519("node"));
  });

  it("falls back to WebCrypto, then to tweetnacl, and never to one that does not work", async () => {
    const fresh = async () => {
      vi.resetModules();
      return (await import("../../src/envelope/ed25519.ts")).ed25519;
    };
    try {
      vi.stubGlobal("process", { ...process, getBuiltinModule: undefined });
      const inBrowser = await fresh();
      expect((await inBrowser()).name).toBe("webcrypto");
      await expect(inBrowser("node")).rejects.toMatchObject({ code: "no-backend" });

      // One that accepts everything, as a careless stand-in would.
      vi.stubGlobal("crypto", { subtle: { importKey: async () => ({}), verify: async () => true } });
      expect((await (await fresh())()).name).toBe("tweetnacl");
      vi.stubGlobal("crypto", undefined);
      expect((await (await fresh())()).name).toBe("tweetnacl");
      vi.stubGlobal("process", {
        getBuiltinModule: () => {
          throw new Error("built without OpenSSL");
        },
      });
      expect((await (await fresh())()).name).toBe("tweetnacl");
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it("refuses names it does not know", async () => {
    for (const name of ["", "constructor", "__proto__", "openssl"])
      expect(await refusal(() => ed25519(name as BackendName))).toBe("no-backend");
  });
});

describe("the strict checks", () => {
  it("refuse just the y coordinates whose point has an order that divides 8", () => {
    const identity = 1n;
    const order2 = P - 1n;
    const order4 = 0n;
    expect([doubledY(order2), doubledY(order4)]).toEqual([identity, order2]);
    const order8 = [
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    ].map((text) => BigInt(`0x${toHex(hex(text).reverse())}`));
    expect(order8.map(doubledY)).toEqual([order4, order4]);
    expect(order8[0]! + order8[1]!).toBe(P);
    for (const y of [identity, order2, order4, ...order8])
      for (const sign of [0, 0x80]) {
        const bytes = littleEndian(y);
        bytes[31]! |= sign;
        expect(isSmallOrder(bytes)).toBe(true);
        expect(isStrictKey(bytes)).toBe(false);
      }
    for (const y of [2n, 3n, P - 2n, order8[0]! + 1n]) expect(isSmallOrder(littleEndian(y))).toBe(false);
  });

  it("draw the line at p and at L", () => {
    for (const sign of [0, 0x80])
      for (let y = P - 3n; y < 2n ** 255n; y++) {
        const bytes = littleEndian(y);
        bytes[31]! |= sign;
        expect(isCanonicalPoint(bytes)).toBe(y < P);
      }
    const L = 2n ** 252n + 27742317777372353535851937790883648493n;
    const r = littleEndian(9n);
    for (const [s, ok] of [
      [0n, true],
      [L - 1n, true],
      [L, false],
      [L + 1n, false],
      [2n ** 256n - 1n, false],
    ] as const)
      expect(isStrictSignature(Uint8Array.of(...r, ...littleEndian(s)))).toBe(ok);
  });
});

interface Wycheproof {
  testGroups: {
    publicKey: { pk: string };
    tests: { tcId: number; msg: string; sig: string; result: string }[];
  }[];
}
interface Speccheck {
  message: string;
  pub_key: string;
  signature: string;
}
interface Cctv {
  number: number;
  key: string;
  sig: string;
  msg: string;
}

describe.skipIf(!hasCorpora).each(BACKENDS)("the corpora by %s", (name) => {
  it("Wycheproof: all 151 as they say", async () => {
    const backend = await ed25519(name);
    let count = 0;
    for (const { publicKey, tests } of corpus<Wycheproof>("wycheproof-ed25519.json").testGroups)
      for (const { tcId, msg, sig, result } of tests) {
        const answer = await backend.verify(hex(publicKey.pk), hex(msg), hex(sig));
        expect({ tcId, answer }).toEqual({ tcId, answer: result === "valid" });
        count++;
      }
    expect(count).toBe(151);
  });

  it("speccheck: case 3 and no other", async () => {
    const backend = await ed25519(name);
    const accepted: number[] = [];
    for (const [i, row] of corpus<Speccheck[]>("ed25519-speccheck.json").entries())
      if (await backend.verify(hex(row.pub_key), hex(row.message), hex(row.signature))) accepted.push(i);
    expect(accepted).toEqual([3]);
  });

  it("CCTV: the same 43 of 914", async () => {
    const [backend, reference] = [await ed25519(name), await ed25519("node")];
    const rows = corpus<Cctv[]>("cctv-ed25519.json");
    const by = async (one: typeof backend) => {
      const accepted: number[] = [];
      for (const { number, key, sig, msg } of rows)
        if (await one.verify(hex(key), utf8(msg), hex(sig))) accepted.push(number);
      return accepted;
    };
    const accepted = await by(backend);
    expect(rows).toHaveLength(914);
    expect(accepted).toHaveLength(43);
    expect(accepted).toEqual(await by(reference));
  });
});
