import { describe, expect, it } from "vitest";
import type { Digest } from "../../src/base/digest.ts";
import { redisStore } from "../../src/node.ts";
import type { RedisLink } from "../../src/trust/redis-client.ts";
import { storeOver } from "../../src/trust/redis-store.ts";
import type { Accepted } from "../../src/trust/store.ts";
import { refusal } from "./support.ts";

const scope = { job: "bert", audience: "server-a" };
const KEY = "optseal:accepted:1:bert server-a";
const at = (sequence: number, digit = "a"): Accepted => ({
  sequence,
  digest: `sha256:${digit.repeat(64)}` as Digest,
});
const NAME = "redis://db:6379/0";

/** A server that holds texts, and does what the script says in one step. */
function fakeRedis() {
  const values = new Map<string, string>();
  const state = { values, mode: "well" as "well" | "gone" | "silent" | "deaf", links: 0, closed: 0 };
  const sequenceOf = (text: string) => Number(/^(\d+) /.exec(text)?.[1] ?? -1);
  const answer = async <T>(work: () => T): Promise<T> => {
    if (state.mode === "gone") throw Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
    if (state.mode === "silent") return new Promise(() => undefined);
    const found = work();
    if (state.mode === "deaf") throw new Error("the connection closed");
    return found;
  };
  const link: RedisLink = {
    get: (key) => answer(() => values.get(key) ?? null),
    run: (_, key, [offered = "", least = "", after = ""]) =>
      answer(() => {
        const kept = values.get(key);
        const highest = kept === undefined ? -1 : sequenceOf(kept);
        const follows = after === "" || kept?.slice(17) === after;
        const mayWrite = (kept === undefined || highest >= 0) && highest >= Number(least) && follows;
        if (mayWrite && highest < sequenceOf(offered)) values.set(key, offered);
        return kept ?? null;
      }),
    close: () => void state.closed++,
  };
  const connect = async () => {
    state.links++;
    return answer(() => link);
  };
  return { ...state, state, store: (patience?: number) => storeOver(connect, NAME, patience) };
}

describe("a store in redis", () => {
  it("answers by the highest", async () => {
    const store = fakeRedis().store();
    expect(await store.highest(scope)).toBeUndefined();
    expect(await store.accept(scope, at(5))).toBe("new");
    expect(await store.accept(scope, at(5))).toBe("in-force");
    expect(await store.accept(scope, at(5, "b"))).toBe("conflict");
    expect(await store.accept(scope, at(4))).toBe("lower");
    expect(await store.accept(scope, at(Number.MAX_SAFE_INTEGER))).toBe("new");
    expect(await store.highest(scope)).toEqual(at(Number.MAX_SAFE_INTEGER));
  });

  it("lets one follow another, and nothing that was to follow something else", async () => {
    const { store, values } = fakeRedis();
    const one = store();
    expect(await one.accept(scope, at(1), at(1).digest)).toBe("stale");
    await one.accept(scope, at(1));
    expect(await one.accept(scope, at(3, "b"), at(1).digest)).toBe("new");
    expect(await one.accept(scope, at(3, "b"), at(1).digest)).toBe("in-force");
    expect(await one.accept(scope, at(5, "c"), at(1).digest)).toBe("stale");
    expect(values.get(KEY)).toContain(at(3, "b").digest);
  });

  it("keeps scopes apart, each under a key that names it", async () => {
    const { store, values } = fakeRedis();
    const one = store();
    await one.accept(scope, at(5));
    expect(await one.accept({ job: "bert", audience: "server-b" }, at(1))).toBe("new");
    expect(await one.accept({ ...scope, lane: "manifest/0/2" }, at(2))).toBe("new");
    expect([...values]).toEqual([
      [KEY, `0000000000000005 ${at(5).digest}`],
      ["optseal:accepted:1:bert server-b", `0000000000000001 ${at(1).digest}`],
      [`${KEY} manifest/0/2`, `0000000000000002 ${at(2).digest}`],
    ]);
  });

  it("takes no labels, sequences and digests that no statement has", async () => {
    const store = fakeRedis().store();
    await expect(store.accept({ job: "a b", audience: "s" }, at(1))).rejects.toThrow(TypeError);
    for (const sequence of [-1, 0.5, 2 ** 53, Number.NaN])
      await expect(store.accept(scope, at(sequence))).rejects.toThrow(TypeError);
    await expect(store.accept(scope, at(1, "A"))).rejects.toThrow(TypeError);
  });

  it("shares what is accepted among processes", async () => {
    const { store } = fakeRedis();
    const [one, other] = [store(), store()];
    expect(await one.accept(scope, at(5))).toBe("new");
    expect(await other.accept(scope, at(5, "b"))).toBe("conflict");
    expect(await other.accept(scope, at(6, "b"))).toBe("new");
    expect(await one.accept(scope, at(5))).toBe("lower");
  });

  it("refuses while redis is gone, and works when it is back", async () => {
    const { store, state } = fakeRedis();
    const one = store();
    state.mode = "gone";
    await expect(one.highest(scope)).rejects.toThrow(
      "Redis does not answer: `ECONNREFUSED` (at redis://db:6379/0)",
    );
    expect(await refusal(() => one.accept(scope, at(5)))).toBe("trust:store");
    state.mode = "well";
    expect(await one.accept(scope, at(5))).toBe("new");
    expect(state.links).toBe(3);
  });

  it("waits no longer than it is patient", async () => {
    const { store, state } = fakeRedis();
    const one = store(20);
    await one.highest(scope);
    state.mode = "silent";
    const started = performance.now();
    expect(await refusal(() => one.accept(scope, at(5)))).toBe("trust:store");
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it("takes an answer that was lost for a refusal, and the next try for what is in force", async () => {
    const { store, state } = fakeRedis();
    const one = store();
    state.mode = "deaf";
    await one.highest(scope).catch(() => undefined);
    state.mode = "well";
    await one.highest(scope);
    state.mode = "deaf";
    expect(await refusal(() => one.accept(scope, at(5)))).toBe("trust:store");
    state.mode = "well";
    expect(await one.accept(scope, at(5))).toBe("in-force");
  });

  it("never takes a redis that forgot for one that never knew", async () => {
    const { store, values } = fakeRedis();
    const one = store();
    await one.accept(scope, at(5));
    values.clear();
    expect(await refusal(() => one.highest(scope))).toBe("trust:store");
    expect(await refusal(() => one.accept(scope, at(6)))).toBe("trust:store");
    expect(values.size).toBe(0);
    values.set(KEY, `0000000000000004 ${at(4).digest}`);
    expect(await refusal(() => one.accept(scope, at(6)))).toBe("trust:store");
    values.set(KEY, `0000000000000007 ${at(7).digest}`);
    expect(await one.accept(scope, at(8))).toBe("new");
  });

  it.each(["", "junk", "5 sha256:aa", `5 ${at(5).digest}`, `9999999999999999 ${at(5).digest}`])(
    "leaves a value alone that it did not write: %j",
    async (value) => {
      const { store, values } = fakeRedis();
      values.set(KEY, value);
      expect(await refusal(() => store().highest(scope))).toBe("trust:store");
      expect(await refusal(() => store().accept(scope, at(2)))).toBe("trust:store");
      expect(values.get(KEY)).toBe(value);
    },
  );

  it("is over when it is closed", async () => {
    const { store, state } = fakeRedis();
    const unused = store();
    await unused.close();
    expect(state.closed).toBe(0);
    const one = store();
    await one.highest(scope);
    await one.close();
    expect(state.closed).toBe(1);
    expect(await refusal(() => one.highest(scope))).toBe("trust:store");
  });
});

describe("a redis URL", () => {
  it("is checked when the store is made, and no password is told", async () => {
    for (const url of ["", "db:6379", "http://db", "redis://", "redis://u:secret@db/name", "redis:///0"])
      expect(() => redisStore(url), url).toThrow(TypeError);
    const store = redisStore("redis://user:secret@127.0.0.1:1/0");
    const error = await store.highest(scope).catch((cause) => cause);
    expect(error.message).toBe("Redis does not answer: `ECONNREFUSED` (at redis://127.0.0.1:1/0)");
    await store.close();
  });
});
