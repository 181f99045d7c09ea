/** Whose turn it is: in order, one in each turn of the event loop; and those in good standing go past. */
import { once } from "node:events";
import { Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Connections } from "../../src/serve/connections.ts";
import { SERVE_LIMITS } from "../../src/serve/limits.ts";
import { Turnstile } from "../../src/serve/turnstile.ts";

describe("a turnstile", () => {
  it("lets one pass in each turn, in the order in which they came", async () => {
    const turnstile = new Turnstile();
    const passed: number[] = [];
    const all = Promise.all([0, 1, 2, 3].map((i) => turnstile.comeIn().then(() => passed.push(i))));
    expect([passed.length, turnstile.count]).toEqual([0, 4]);
    const lengths: number[] = [];
    while (turnstile.count > 0) {
      await nextTurn();
      lengths.push(passed.length);
    }
    await all;
    expect(passed).toEqual([0, 1, 2, 3]);
    expect(lengths).toEqual([1, 2, 3, 4]);
  });

  it("goes on for those who come while others pass, and when it was empty", async () => {
    const turnstile = new Turnstile();
    const passed: string[] = [];
    const go = (name: string) => turnstile.comeIn().then(() => passed.push(name));
    const second: Promise<number>[] = [];
    await Promise.all([go("a").then(() => second.push(go("c"))), go("b")]);
    await Promise.all(second);
    await nextTurn();
    expect(turnstile.count).toBe(0);
    await go("d");
    expect(passed).toEqual(["a", "b", "c", "d"]);
  });
});

describe("connections", () => {
  const guestsOf = (connections: number) =>
    new Connections({ ...SERVE_LIMITS, connections }, () => undefined);
  const enter = (guests: Connections) => {
    const socket = new Socket();
    guests.enter(socket);
    return socket;
  };
  /** One question, and an answer that is what was asked for, or is not. */
  const exchange = async (guests: Connections, socket: Socket, isGood: boolean) => {
    guests.ask(socket);
    await guests.answer(socket, async () => undefined);
    guests.answered(socket, isGood);
  };

  it("in good standing are heard before those that have none", async () => {
    const guests = guestsOf(10);
    const good = enter(guests);
    await exchange(guests, good, true);
    const heard: string[] = [];
    const ask = (name: string, socket: Socket) => {
      guests.ask(socket);
      return guests.answer(socket, async () => void heard.push(name));
    };
    const others = ["a", "b", "c"].map((name) => ask(name, enter(guests)));
    await Promise.all([...others, ask("good", good)]);
    expect(heard).toEqual(["good", "a", "b", "c"]);
  });

  it.each([
    ["was refused", false, 1],
    ["asks on before it is answered", true, 2],
  ])("lose it who %s", async (_, isGood, questions) => {
    const guests = guestsOf(10);
    const rude = enter(guests);
    await exchange(guests, rude, true);
    for (let i = 1; i < questions; i++) guests.ask(rude);
    await exchange(guests, rude, isGood);
    const heard: string[] = [];
    const other = enter(guests);
    await Promise.all(
      [other, rude].map((socket) => {
        guests.ask(socket);
        return guests.answer(socket, async () => void heard.push(socket === rude ? "rude" : "other"));
      }),
    );
    expect(heard).toEqual(["other", "rude"]);
  });

  it("that are gone before their turn are no work", async () => {
    const guests = guestsOf(10);
    const gone = enter(guests);
    let worked = false;
    const asked = guests.answer(gone, async () => {
      worked = true;
    });
    gone.destroy();
    await expect(asked).rejects.toMatchObject({ code: "interrupted" });
    expect(worked).toBe(false);
    expect(guests.requests).toBe(0);
  });

  it("in good standing make room last, however long they were silent", async () => {
    const guests = guestsOf(3);
    const good = enter(guests);
    await exchange(guests, good, true);
    const crowd = Array.from({ length: 6 }, () => enter(guests));
    await once(crowd[3] as Socket, "close");
    expect(good.destroyed).toBe(false);
    expect(crowd.map(({ destroyed }) => destroyed)).toEqual([true, true, true, true, false, false]);
  });
});
