/** run: the program of a helper thread, in Node and in browsers. Its one message says what it works on. */
import type { Task } from "./task.ts";
import type { Ranged } from "./team.ts";
import { help } from "./team.ts";

interface Port {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
}

const { parentPort } = globalThis.process?.getBuiltinModule?.("node:worker_threads") ?? {};
const port = (parentPort ?? globalThis) as unknown as Port;

function work({ control, self, threads, module, memories, names }: Task): void {
  const calls = memories.map((memory) => {
    const { exports } = new WebAssembly.Instance(module, { host: { memory } });
    return names.map((name) => exports[name] as Ranged);
  });
  help(control, self, threads, calls, () => port.postMessage("done"));
  parentPort?.close();
}

if (parentPort) parentPort.once("message", (task: Task) => work(task));
else port.addEventListener("message", ({ data }) => work(data as Task));
