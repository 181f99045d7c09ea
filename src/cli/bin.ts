/** cli: the process itself: its streams, its clock, its exit code. */
import type { Io, Sink } from "./io.ts";
import { main } from "./main.ts";

/** Made when it is first written to: a stream's mere existence takes time. */
function sink(name: "stdout" | "stderr"): Sink {
  let made: NodeJS.WriteStream | undefined;
  const stream = () => {
    // A reader that has gone away (`| head`) has seen enough.
    made ??= process[name].on("error", () => undefined);
    return made;
  };
  return {
    get isTTY() {
      return stream().isTTY === true;
    },
    get columns() {
      return stream().columns;
    },
    write: (chunk) =>
      new Promise((done, failed) => {
        stream().write(chunk, (error) => {
          if (error && (error as NodeJS.ErrnoException).code !== "EPIPE") failed(error);
          else done();
        });
      }),
  };
}

const io: Io = {
  cwd: process.cwd(),
  get stdin() {
    return process.stdin;
  },
  stdout: sink("stdout"),
  stderr: sink("stderr"),
  env: (name) => process.env[name],
  now: () => Date.now() / 1000,
  interrupted: () =>
    new Promise((resolve) => {
      // A second signal ends the process at once, as signals do.
      for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
    }),
};

main(process.argv.slice(2), io).then((exitCode) => {
  process.exitCode = exitCode;
});
