/**
 * serve: who is connected, and who makes room. In: connections and the bodies that they announce. Out: those that have waited
 * longest without a whole request are closed when others need their place, so that however many keep silent or speak slowly,
 * memory is bounded and whoever speaks is heard.
 */
import type { Socket } from "node:net";
import { ServeError } from "./errors.ts";
import type { ServeLimits } from "./limits.ts";

interface Guest {
  /** Requests that are being answered. */
  busy: number;
  /** While a body is held: gives its place back. */
  release: (() => void) | undefined;
}

/** The connections of a server. */
export class Connections {
  readonly #limits: ServeLimits;
  readonly #dropped: () => void;
  /** Those without a request that is being answered stand in the order in which they began to wait. */
  readonly #guests = new Map<Socket, Guest>();
  #bytes = 0;
  #requests = 0;

  constructor(limits: ServeLimits, dropped: () => void) {
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
  /** Bytes of bodies that are held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A connection came in. */
  enter(socket: Socket): void {
    if (this.#guests.size >= this.#limits.connections) this.#drop(this.#longest() ?? socket);
    if (socket.destroyed) return;
    this.#guests.set(socket, { busy: 0, release: undefined });
    socket.once("close", () => this.#guests.delete(socket));
  }

  /**
   * Takes bytes for a body that is announced. @returns what gives them back
   * @throws ServeError `busy` where even closing others makes no room
   */
  receive(socket: Socket, bytes: number): () => void {
    while (this.#bytes + bytes > this.#limits.bodies) {
      const longest = this.#longest(({ release }) => release !== undefined);
      if (longest === undefined) throw tooMany("bodies");
      this.#drop(longest);
    }
    const guest = this.#guests.get(socket);
    this.#bytes += bytes;
    let held = true;
    const release = () => {
      if (held) this.#bytes -= bytes;
      held = false;
      if (guest?.release === release) guest.release = undefined;
    };
    if (guest !== undefined) guest.release = release;
    return release;
  }

  /** Runs what answers a request that is there in whole. @throws ServeError `busy` */
  async answer<T>(socket: Socket, work: () => Promise<T>): Promise<T> {
    if (this.#requests >= this.#limits.requests) throw tooMany("requests");
    const guest = this.#guests.get(socket) ?? { busy: 0, release: undefined };
    this.#requests++;
    guest.busy++;
    try {
      return await work();
    } finally {
      this.#requests--;
      guest.busy--;
      if (this.#guests.delete(socket)) this.#guests.set(socket, guest);
    }
  }

  #longest(of: (guest: Guest) => boolean = () => true): Socket | undefined {
    for (const [socket, guest] of this.#guests) if (guest.busy === 0 && of(guest)) return socket;
    return undefined;
  }

  #drop(socket: Socket): void {
    this.#dropped();
    this.#guests.get(socket)?.release?.();
    this.#guests.delete(socket);
    socket.destroy();
  }
}

function tooMany(what: string): ServeError {
  return new ServeError("busy", `too many ${what} at once`, "try again in a second");
}
