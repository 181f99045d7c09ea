/**
 * serve: where to listen. In: a server and an address. Out: it listens there, at a unix socket that only its owner may use.
 * A socket's file that a server left behind is replaced; one that somebody listens at, or any other file, is not.
 */

import { once } from "node:events";
import { lstat, rename, rm, stat } from "node:fs/promises";
import type { Server } from "node:http";
import { connect } from "node:net";
import { dirname } from "node:path";

/** A unix socket's path, or a port of this host. */
export type Address = { readonly path: string } | { readonly host: string; readonly port: number };

/** As the system's own errors are, so that they are told alike. */
function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`listen ${code}: ${path}`), { code, syscall: "listen", path });
}

async function inodeOf(
  path: string,
): Promise<{ readonly ino: number; readonly isSocket: boolean } | undefined> {
  try {
    const found = await lstat(path);
    return { ino: found.ino, isSocket: found.isSocket() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Whether nobody listens there: the system then refuses the connection. */
async function isAbandoned(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ECONNREFUSED";
  } finally {
    socket.destroy();
  }
}

/** Takes an abandoned socket's file away, and no other: what is moved aside is looked at before it is removed. */
async function clear(path: string): Promise<void> {
  // Of a folder that is not there, `listen` itself would say that it may not be used.
  await stat(dirname(path));
  const found = await inodeOf(path);
  if (found === undefined) return;
  if (!found.isSocket) throw systemError("EEXIST", path);
  if (!(await isAbandoned(path))) throw systemError("EADDRINUSE", path);
  const aside = `${path}.${process.pid}`;
  await rename(path, aside);
  const moved = await inodeOf(aside);
  if (moved?.ino === found.ino) return rm(aside);
  // Another server was faster and listens there by now.
  await rename(aside, path);
  throw systemError("EADDRINUSE", path);
}

async function listening(server: Server, begin: () => void): Promise<void> {
  const begun = once(server, "listening");
  begin();
  await begun;
}

/** @returns the address as text; the port that was given, where 0 was asked for */
export async function listen(server: Server, address: Address): Promise<string> {
  if ("path" in address) {
    await clear(address.path);
    // The file is made while `listen` is called: at no moment may others connect.
    const mask = process.umask(0o177);
    try {
      const begun = listening(server, () => server.listen(address.path));
      process.umask(mask);
      await begun;
    } finally {
      process.umask(mask);
    }
    return address.path;
  }
  await listening(server, () => server.listen({ host: address.host, port: address.port }));
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : address.port;
  return `http://${address.host.includes(":") ? `[${address.host}]` : address.host}:${port}`;
}
