// When a person's visit to this phone ends: from then on nothing of theirs may lie on it.
import type { Asked } from "./asking.ts";

// Keep in step with backend/orderhub/accounts/pages.py: /sign-in shows its form only to somebody who is not signed in.
const DOORS = ["/sign-in", "/sign-out"];
const HIDDEN = 0; // what the status of a redirect looks like while a page is opened

/** Tells whether the very attempt ends a visit, whatever becomes of it: signing out, or signing in as somebody. */
export function endsByAsking(asked: Asked): boolean {
  return asked.method === "POST" && isDoor(asked);
}

/** Tells whether an answer says that nobody is signed in any more. */
export function endsByAnswer(asked: Asked, status: number): boolean {
  return status === 401 || (isDoor(asked) && status !== HIDDEN);
}

/** Tells whether somebody wants to go. */
export function isLeaving(asked: Asked): boolean {
  return asked.method === "POST" && new URL(asked.url).pathname === "/sign-out";
}

function isDoor(asked: Asked): boolean {
  return DOORS.includes(new URL(asked.url).pathname);
}
