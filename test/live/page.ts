/** live: the browser's part. Tells the story, judges the corpora where they are served, and posts what came of it. */
import type { Accepted, Corpora, Outcome } from "./story.ts";
import { judgeCorpora, tellStory } from "./story.ts";

/** What the page posts. */
export interface PageReport {
  readonly story?: Outcome;
  readonly accepted?: Accepted;
  /** Whether the page's policy keeps it from making code out of text. */
  readonly evalBlocked: boolean;
  /** Violations of that policy before the page tried it itself. */
  readonly violations: number;
  readonly error?: string;
}

let violations = 0;
document.addEventListener("securitypolicyviolation", () => {
  violations += 1;
});

const plain = new URLSearchParams(location.search).has("plain");
// An engine without WebCrypto's Ed25519, as far as this page can tell.
if (plain) Object.defineProperty(crypto, "subtle", { value: undefined });

function evalBlocked(): boolean {
  try {
    return new Function("return false")() as boolean;
  } catch {
    return true;
  }
}

async function report(): Promise<PageReport> {
  const story = await tellStory();
  const response = await fetch("/corpora.json");
  const corpora = response.ok ? ((await response.json()) as Corpora) : undefined;
  const accepted = corpora === undefined ? undefined : await judgeCorpora(story.backend, corpora);
  const before = violations;
  return { story, ...(accepted && { accepted }), violations: before, evalBlocked: evalBlocked() };
}

const sent = await report().catch(
  (error: unknown): PageReport => ({ evalBlocked: false, violations, error: String(error) }),
);
await fetch("/report", { method: "POST", body: JSON.stringify(sent) });
