/** live: a Chromium with a new, empty profile, and a server that gives it pages under a strict policy. */
import { execFileSync } from "node:child_process";
import type { IncomingMessage, Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { chromium } from "playwright-core";

const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function findChromium(): string | undefined {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      return execFileSync("which", [name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    } catch {
      // The next one.
    }
  }
  return undefined;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** A file that the server gives out: its type and its text. */
export type File = readonly [type: string, body: string];

/** A page's script, with all that it imports in one. */
export async function bundled(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [new URL(name, import.meta.url).pathname],
    bundle: true,
    platform: "browser",
    format: "esm",
    target: "es2022",
    write: false,
  });
  return (outputFiles[0] as { text: string }).text;
}

const html = (script: string): string =>
  `<!doctype html><meta charset="utf-8"><title>optseal</title><script type="module" src="${script}"></script>`;

/** A browser and what it can visit. */
export interface Visits<Report> {
  /** Why there is no browser. */
  readonly missing: string | undefined;
  /** Opens the page, and gives back what it posts to `/report`. */
  visit(query: string): Promise<Report>;
  close(): Promise<void>;
}

/**
 * Serves `/page.js` and other files with headers that may differ from query to query, once there is somebody to visit it.
 */
export async function startVisits<Report>(
  files: () => Promise<ReadonlyMap<string, File>>,
  headers: (query: URLSearchParams) => Readonly<Record<string, string>>,
): Promise<Visits<Report>> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    const missing = "there is no chromium on the PATH";
    return { missing, visit: () => Promise.reject(new Error(missing)), close: async () => {} };
  }
  let reported: (report: Report) => void = () => {};
  const all = new Map<string, File>([["/", ["text/html", html("/page.js")]], ...(await files())]);
  let query = new URLSearchParams();
  const server: Server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
    if (pathname === "/report") reported(JSON.parse(await bodyOf(request)) as Report);
    // What a page asks for comes under the page's own headers.
    if (pathname === "/") query = searchParams;
    const [type, body] = all.get(pathname) ?? [];
    const own = { "content-type": type ?? "text/plain", ...headers(query) };
    response.writeHead(type === undefined ? 404 : 200, own);
    response.end(body);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  // A new, empty profile: playwright makes one for each launch and takes it away again.
  const browser: Browser = await chromium.launch({
    executablePath,
    headless: true,
    chromiumSandbox: false,
    args: FLAGS,
  });
  return {
    missing: undefined,
    async visit(search) {
      const result = new Promise<Report>((done) => {
        reported = done;
      });
      const page = await browser.newPage();
      try {
        const failed = new Promise<never>((_, fail) => page.on("pageerror", fail));
        const { port } = server.address() as AddressInfo;
        await page.goto(`http://127.0.0.1:${port}/${search}`);
        return await Promise.race([result, failed]);
      } finally {
        await page.close();
      }
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}
