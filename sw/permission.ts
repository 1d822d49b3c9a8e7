// What may be kept on the phone, for whom and how long: only what the hub says of itself.
//
// Ordinary caches are told no-store, so that the Back button shows nothing after a sign-out. The worker has a field of
// its own beside it, as RFC 9213 (Targeted HTTP Cache Control) provides; a page without it is never kept.
import type { Asked } from "./asking.ts";

export interface Permit {
  readonly owner: string;
  readonly seconds: number;
}

/** As much of an answer as a decision needs. */
export interface Answered {
  readonly status: number;
  readonly redirected: boolean;
  readonly type: string;
  readonly headers: Pick<Headers, "get">;
}

/** Returns for whom an answer may be kept, and how long; nothing when it may not. */
export function permit(asked: Asked, answered: Answered): Permit | undefined {
  if (asked.method !== "GET" || asked.headers.has("HX-Request")) return undefined;
  // A redirected answer is the page of another address; other types come from other hosts or hide what they are.
  if (answered.status !== 200 || answered.redirected || answered.type !== "basic") return undefined;
  if (!answered.headers.get("Content-Type")?.startsWith("text/html")) return undefined;
  const owner = answered.headers.get("Worker-Cache-Owner") ?? "";
  const told = directives(answered.headers.get("Worker-Cache-Control") ?? "");
  const seconds = Number(told.get("max-age"));
  if (!/^[\w-]{8,64}$/.test(owner) || !told.has("private") || told.has("no-store")) return undefined;
  return seconds > 0 ? { owner, seconds } : undefined;
}

function directives(field: string): Map<string, string> {
  const parts = field.toLowerCase().split(",");
  return new Map(
    parts.map((part) => part.trim().split("=", 2)).map(([name = "", value = ""]) => [name, value]),
  );
}
