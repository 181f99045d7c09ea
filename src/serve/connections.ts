/**
 * serve: who is connected, and who makes room. In: connections, what they ask, the bodies that they announce and the answers that
 * they are to take. Out: those that have waited longest without a whole request, or with an answer that they do not take, are
 * closed when others need their place: however many keep silent, speak slowly or do not listen, memory is bounded and whoever
 * speaks is heard. One request of a connection is answered at a time, so that nobody is heard more often by asking in one breath.
 */
import type { Socket } from "node:net";
import { ServeError } from "./errors.ts";
import type { ServeLimits } from "./limits.ts";
import { MOST_PIPELINED } from "./limits.ts";
import { Turnstile } from "./turnstile.ts";

interface Guest {
  /** Requests that it has made. */
  made: number;
  /** Requests that came and whose answers are not sent. */
  asked: number;
  /** Requests that are being answered, or wait for one of the same connection that is. */
  busy: number;
  /** Over when the last of them is answered. */
  last: Promise<void>;
  /** In good standing: the last answer was what it had asked for, it took it, and asked nothing else in the meantime. */
  isGood: boolean;
  /** Each gives bytes back that are held for this connection. */
  readonly releases: Set<() => void>;
}

/** Why a connection was closed: as in the metrics. */
export type Dropped = "made-room" | "pipelined";

/** The connections of a server. */
export class Connections {
  readonly #limits: ServeLimits;
  readonly #dropped: (reason: Dropped) => void;
  /** Those without a request that is being answered stand in the order in which they began to wait. */
  readonly #guests = new Map<Socket, Guest>();
  readonly #turnstile = new Turnstile();
  #bytes = 0;
  #requests = 0;
  #crowded = false;

  constructor(limits: ServeLimits, dropped: (reason: Dropped) => void) {
    this.#limits = limits;
    this.#dropped = dropped;
  }

  get count(): number {
    return this.#guests.size;
  }
  /** Requests that are being answered. */
  get requests(): number {
    return this.#requests;
  }
  /** Bytes of bodies and answers that are held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A connection came in. */
  enter(socket: Socket): void {
    this.#guests.set(socket, {
      made: 0,
      asked: 0,
      busy: 0,
      last: Promise.resolve(),
      isGood: false,
      releases: new Set(),
    });
    socket.once("close", () => this.#forget(socket));
    if (this.#guests.size <= this.#limits.connections || this.#crowded) return;
    this.#crowded = true;
    setImmediate(() => this.#makeRoom());
  }

  /** After all that has arrived by now was read: who has spoken already is not one of the silent. */
  #makeRoom(): void {
    this.#crowded = false;
    while (this.#guests.size > this.#limits.connections) {
      const newest = [...this.#guests.keys()].at(-1) as Socket;
      this.#drop(this.#longest() ?? newest, "made-room");
    }
  }

  /** Whether so many of its requests wait for their answers that the next one is too much. */
  asksTooMuch(socket: Socket): boolean {
    return (this.#guests.get(socket)?.asked ?? 0) >= MOST_PIPELINED;
  }

  /** A request's headers came in. @returns whether it is to be answered: not of one who asks on and takes no answers */
  ask(socket: Socket): boolean {
    const guest = this.#guests.get(socket);
    if (guest === undefined || socket.destroyed) return false;
    if (this.asksTooMuch(socket)) this.#drop(socket, "pipelined");
    guest.asked++;
    guest.made++;
    return !socket.destroyed;
  }

  /** Whether no other request will be answered after its latest. (Node's own limit goes on, and refuses them.) */
  isLast(socket: Socket): boolean {
    return (this.#guests.get(socket)?.made ?? 0) >= this.#limits.perConnection;
  }

  /** Its answer was sent, and it is what was asked for, or it is not. */
  answered(socket: Socket, isGood: boolean): void {
    const guest = this.#guests.get(socket);
    if (guest === undefined) return;
    guest.asked--;
    guest.isGood = isGood && guest.asked === 0;
  }

  /**
   * Takes bytes for a body that is announced or an answer that is to be sent. @returns what gives them back
   * @throws ServeError `busy` where even closing others makes no room
   */
  hold(socket: Socket, bytes: number): () => void {
    const guest = this.#guests.get(socket);
    // Who is gone is sent nothing.
    if (guest === undefined) return () => undefined;
    while (this.#bytes + bytes > this.#limits.held) {
      const longest = this.#longest(({ releases }) => releases.size > 0);
      if (longest === undefined) throw tooMany("bytes");
      this.#drop(longest, "made-room");
    }
    const { releases } = guest;
    const release = () => {
      if (releases.delete(release)) this.#bytes -= bytes;
    };
    this.#bytes += bytes;
    releases.add(release);
    return release;
  }

  /**
   * Runs what answers a request that is there in whole, after those that came before it by the same connection.
   * @throws ServeError `busy`
   */
  async answer<T>(socket: Socket, work: () => Promise<T>): Promise<T> {
    return this.inTurn(socket, async () => {
      if (this.#requests >= this.#limits.requests) throw tooMany("requests");
      this.#requests++;
      try {
        return await work();
      } finally {
        this.#requests--;
      }
    });
  }

  /** As `answer`, of what is answered however many others are. */
  async inTurn<T>(socket: Socket, work: () => Promise<T>): Promise<T> {
    const guest = this.#guests.get(socket);
    if (guest === undefined) return work();
    guest.busy++;
    const done = this.#after(socket, guest, work);
    guest.last = done.then(
      () => undefined,
      () => undefined,
    );
    try {
      return await done;
    } finally {
      guest.busy--;
      if (this.#guests.delete(socket)) this.#guests.set(socket, guest);
    }
  }

  /** Who is in good standing is heard at once, and everyone else in turn, one request of a connection after the other. */
  async #after<T>(socket: Socket, guest: Guest, work: () => Promise<T>): Promise<T> {
    if (!guest.isGood || guest.asked > 1) {
      if (guest.busy > 1) await guest.last;
      await this.#turnstile.comeIn();
      // Nothing is worked out, nor used up, for who is gone by then.
      if (socket.destroyed) throw new ServeError("interrupted", "the client went away before its turn");
    }
    return work();
  }

  /** Of those that wait; who is in good standing only where nobody else does. */
  #longest(of: (guest: Guest) => boolean = () => true): Socket | undefined {
    let good: Socket | undefined;
    for (const [socket, guest] of this.#guests) {
      if (guest.busy > 0 || !of(guest)) continue;
      if (!guest.isGood) return socket;
      good ??= socket;
    }
    return good;
  }

  #drop(socket: Socket, reason: Dropped): void {
    this.#dropped(reason);
    this.#forget(socket);
    socket.destroy();
  }

  #forget(socket: Socket): void {
    for (const release of this.#guests.get(socket)?.releases ?? []) release();
    this.#guests.delete(socket);
  }
}

function tooMany(what: string): ServeError {
  return new ServeError("busy", `too many ${what} at once`, "try again in a second");
}
