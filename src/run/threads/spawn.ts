/** run: a helper thread of this host: one of Node's, or a browser's. */
import type { Task } from "./task.ts";

/** A thread under way. */
export interface Helper {
  /** Whether the process waits for it. */
  hold(isHeld: boolean): void;
  /** Resolves when it has ended, with what it said of the reason. */
  readonly ended: Promise<string | undefined>;
  end(): void;
}

/** Starts a thread; `tell` is called for each of its messages. */
export type Spawn = (task: Task, tell: () => void) => Helper;

// The program is beside this file in `src`, in `dist` and in the command line's bundle: the build puts it there.

const nodeThreads = () => globalThis.process?.getBuiltinModule?.("node:worker_threads");

const inNode =
  ({ Worker }: NonNullable<ReturnType<typeof nodeThreads>>): Spawn =>
  (task, tell) => {
    // Options of the process are for its own program: loaders, or that this is no file.
    const worker = new Worker(new URL("./thread.gen.js", import.meta.url), { execArgv: [] });
    worker.on("message", tell);
    let reason: string | undefined;
    // Without a listener the process would end with it.
    worker.on("error", (error) => {
      reason = String(error);
    });
    // After the listeners, which make the process wait again.
    worker.unref();
    worker.postMessage(task);
    return {
      hold: (isHeld) => (isHeld ? worker.ref() : worker.unref()),
      ended: new Promise((resolve) => worker.once("exit", () => resolve(reason))),
      end: () => void worker.terminate(),
    };
  };

const inBrowser: Spawn = (task, tell) => {
  // Written out, as bundlers look for it.
  const worker = new Worker(new URL("./thread.gen.js", import.meta.url), { type: "module" });
  worker.addEventListener("message", tell);
  worker.postMessage(task);
  let stop = () => {};
  const ended = new Promise<string | undefined>((resolve) => {
    stop = () => resolve(undefined);
    worker.addEventListener("error", ({ message }) => resolve(message || "its program could not be loaded"));
  });
  const end = () => {
    worker.terminate();
    stop();
  };
  return { hold: () => undefined, ended, end };
};

/** How this host starts threads; `undefined` where it has none, or no memory that they could share. */
export function spawner(): Spawn | undefined {
  if (typeof SharedArrayBuffer === "undefined") return undefined;
  const node = nodeThreads();
  if (node !== undefined) return inNode(node);
  return typeof Worker === "undefined" || !globalThis.crossOriginIsolated ? undefined : inBrowser;
}
