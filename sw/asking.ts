// Which requests are the worker's business: opening a page of ours. Everything else passes it by, untouched.

/** As much of a request as a decision needs. */
export interface Asked {
  readonly method: string;
  readonly mode: string;
  readonly url: string;
  readonly headers: Pick<Headers, "has">;
}

// Doors for programs, the live line, and pages that are not of the signed-in app: the customer's journey works without
// a worker, and a set-up link is a secret.
const FOREIGN = ["/api/", "/live", "/webhooks/", "/t/", "/check/", "/schema", "/set-up/", "/assets/"];
const OF_THE_APP_ITSELF = ["/sw.js", "/manifest.webmanifest", "/healthz", "/readyz", "/metrics"];

/** Tells whether somebody opens a page (or posts a form of one) that the worker answers for. */
export function isPage(asked: Asked, origin: string): boolean {
  const { origin: host, pathname } = new URL(asked.url);
  if (host !== origin || asked.mode !== "navigate" || asked.headers.has("HX-Request")) return false;
  return !OF_THE_APP_ITSELF.includes(pathname) && !FOREIGN.some((start) => isBelow(pathname, start));
}

/** Tells whether a built file is asked for, which the shell may hold. */
export function isFile(asked: Asked, origin: string): boolean {
  const { origin: host, pathname } = new URL(asked.url);
  return host === origin && asked.method === "GET" && pathname.startsWith("/assets/");
}

function isBelow(pathname: string, start: string): boolean {
  return pathname.startsWith(start) && (start.endsWith("/") || /^(\/|$)/.test(pathname.slice(start.length)));
}
