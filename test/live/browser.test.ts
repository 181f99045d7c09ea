import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import type { IncomingMessage, Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PageReport } from "./page.ts";
import { skipIfMissing } from "./skip.ts";
import type { Corpora } from "./story.ts";
import { judgeCorpora, tellStory } from "./story.ts";

const PAGE =
  '<!doctype html><meta charset="utf-8"><title>optseal</title><script type="module" src="/page.js"></script>';
const POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";
const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const folder = new URL("../../../shared/corpora/signatures/", import.meta.url);
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), "utf8"));
const corpora = existsSync(folder)
  ? ({
      wycheproof: read("wycheproof-ed25519.json"),
      speccheck: read("ed25519-speccheck.json"),
      cctv: read("cctv-ed25519.json"),
    } as Corpora)
  : undefined;

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

let reported: (report: PageReport) => void = () => {};

/** Serves the page with a policy that allows its own script and nothing else. */
async function serve(script: string): Promise<Server> {
  const files = new Map<string, readonly [type: string, body: string]>([
    ["/", ["text/html", PAGE]],
    ["/page.js", ["text/javascript", script]],
    ...(corpora === undefined
      ? []
      : ([["/corpora.json", ["application/json", JSON.stringify(corpora)]]] as const)),
  ]);
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    if (pathname === "/report") reported(JSON.parse(await bodyOf(request)) as PageReport);
    const [type, body] = files.get(pathname) ?? [];
    response.writeHead(type === undefined ? 404 : 200, {
      "content-type": type ?? "text/plain",
      "content-security-policy": POLICY,
    });
    response.end(body);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return server;
}

const executablePath = findChromium();
const missing = executablePath === undefined ? "there is no chromium on the PATH" : undefined;
let server: Server | undefined;
let browser: Browser | undefined;

beforeAll(async () => {
  if (executablePath === undefined) return;
  const { outputFiles } = await build({
    entryPoints: [new URL("page.ts", import.meta.url).pathname],
    bundle: true,
    platform: "browser",
    format: "esm",
    target: "es2022",
    write: false,
  });
  server = await serve(outputFiles[0]!.text);
  // A new, empty profile: playwright makes one for each launch and takes it away again.
  browser = await chromium.launch({ executablePath, headless: true, chromiumSandbox: false, args: FLAGS });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  server?.close();
});

async function visit(query: string): Promise<PageReport> {
  const result = new Promise<PageReport>((done) => {
    reported = done;
  });
  const page = await (browser as Browser).newPage();
  try {
    const failed = new Promise<never>((_, fail) => page.on("pageerror", fail));
    const { port } = (server as Server).address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/${query}`);
    return await Promise.race([result, failed]);
  } finally {
    await page.close();
  }
}

describe("the core in Chromium, under a policy that forbids code from strings", () => {
  it.for([
    ["webcrypto", ""],
    ["tweetnacl", "?plain"],
  ] as const)(
    "C9 signs, opens, compiles and steps by %s to the same bytes as Node",
    async ([name, query], context) => {
      skipIfMissing(context, missing);
      const here = await tellStory();
      expect(here).toMatchObject({ backend: "node", owners: ["alice"], refusal: "bad-signature" });
      const report = await visit(query);
      expect(report.error).toBeUndefined();
      expect(report).toMatchObject({ evalBlocked: true, violations: 0 });
      expect(report.story).toEqual({ ...here, backend: name });
      if (corpora === undefined)
        console.warn("not judged: no ../shared/corpora/signatures beside this checkout");
      else expect(report.accepted).toEqual(await judgeCorpora("node", corpora));
    },
  );
});
