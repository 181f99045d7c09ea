/**
 * trust, store "redis": the client. In: a URL. Out: a link that keeps trying to connect, and fails fast while it cannot. The
 * built package has the client inside this file, so that whoever uses no Redis neither installs nor loads it.
 */
import { createClient } from "@redis/client";

/** What the store asks of a client. Each call rejects rather than wait for a server that is gone. */
export interface RedisLink {
  /** The value of a key; null where there is none. */
  get(key: string): Promise<unknown>;
  /** Runs a Lua script over one key. */
  run(script: string, key: string, args: readonly string[]): Promise<unknown>;
  /** Ends the connection, at once. */
  close(): void;
}

const CONNECT_MS = 1500;
const LONGEST_PAUSE_MS = 500;
/** A server that is silent for so long is gone, whatever its socket says; pings keep a quiet one from being silent. */
const SILENCE_MS = 5000;
const PING_MS = 1000;
/** Commands that may wait for an answer: a server that hangs must not make this process grow. */
const MOST_WAITING = 4096;

/** A link to the server of this URL. It resolves at once: the first commands wait for the connection. */
export async function connectRedis(url: string): Promise<RedisLink> {
  const client = createClient({
    url,
    // A command that was not sent is refused, and one that was is never sent again.
    disableOfflineQueue: true,
    commandsQueueMaxLength: MOST_WAITING,
    pingInterval: PING_MS,
    socket: {
      connectTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      reconnectStrategy: (retries) => Math.min(10 * 2 ** Math.min(retries, 10), LONGEST_PAUSE_MS),
    },
  });
  // Every command says so itself when it fails.
  client.on("error", () => undefined);
  client.connect().catch(() => undefined);

  // One for all who wait, over with each attempt: a long outage gathers nobody.
  let attempt: Promise<void> | undefined;
  const whenReady = async (): Promise<void> => {
    if (client.isReady) return;
    attempt ??= nextAttempt().finally(() => {
      attempt = undefined;
    });
    await attempt;
  };
  const nextAttempt = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const succeed = () => settle(resolve);
      const fail = (cause: unknown) => settle(() => reject(cause));
      const settle = (end: () => void) => {
        client.off("ready", succeed).off("error", fail);
        end();
      };
      client.on("ready", succeed).on("error", fail);
    });

  return {
    async get(key) {
      await whenReady();
      return client.get(key);
    },
    async run(script, key, args) {
      await whenReady();
      return client.sendCommand(["EVAL", script, "1", key, ...args]);
    },
    close() {
      if (client.isOpen) client.destroy();
    },
  };
}
