/**
 * serve: a thousand questions in one breath. In: who asks too much. Out: requests of which Node's parser reads no more than that.
 * It would else make an object of each that the same piece of data holds, and keep everybody waiting for tens of milliseconds.
 */
import { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

/**
 * The class of a server's requests. What is asked too much looks to the parser as a change of the protocol, behind which it does
 * not read: the server emits `upgrade` for it, and no `request`.
 */
export function requestsUntil(asksTooMuch: (socket: Socket) => boolean): typeof IncomingMessage {
  return class extends IncomingMessage {
    #isOther = false;

    get upgrade(): boolean {
      return (this.#isOther && this.method === "CONNECT") || asksTooMuch(this.socket);
    }

    set upgrade(isOther: boolean) {
      // Node's constructor sets it before there is a field.
      if (#isOther in this) this.#isOther = isOther;
    }
  };
}
