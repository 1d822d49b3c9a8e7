// From when to when a kept page may be shown; written into its headers, because a worker forgets whatever it only knows.

const AT = "X-Kept-At";
const UNTIL = "X-Kept-Until";
const CLOCK_SLACK_MS = 60_000;

/** Writes down when a page was kept and how long that holds. */
export function stamp(headers: Headers, at: number, seconds: number): void {
  headers.set(AT, String(at));
  headers.set(UNTIL, String(at + seconds * 1000));
}

/** Returns when a page was kept, in milliseconds. */
export function keptAt(headers: Pick<Headers, "get">): number {
  return Number(headers.get(AT));
}

/** Tells whether a page may still be shown. One that seems to come from the future has lost its clock, and its right. */
export function isFresh(headers: Pick<Headers, "get">, now: number): boolean {
  return keptAt(headers) <= now + CLOCK_SLACK_MS && now < Number(headers.get(UNTIL));
}
