// Versions of live regions: "<identity of the database>.<number>", where the number only grows.

export type Verdict = "newer" | "older" | "other";

/** Tells how an incoming version stands to the one shown. Equal ones hold the same data and count as older. */
export function compare(incoming: string, shown: string): Verdict {
  const [identity, number] = parse(incoming);
  const [shownIdentity, shownNumber] = parse(shown);
  if (identity !== shownIdentity) return "other";
  return number > shownNumber ? "newer" : "older";
}

/**
 * Tells what to do with a version that comes in: take it, drop it, or ask for the region by its ordinary address. Another
 * database is believed only when it was fetched, with the rights of this moment.
 */
export function judge(incoming: string, shown: string, wasFetched: boolean): "take" | "drop" | "ask" {
  const verdict = compare(incoming, shown);
  if (verdict === "older") return "drop";
  return verdict === "newer" || wasFetched ? "take" : "ask";
}

// Numbers are 64 bits wide on the server, more than a double holds.
function parse(version: string): [string, bigint] {
  const dot = version.lastIndexOf(".");
  const digits = version.slice(dot + 1);
  return [version.slice(0, Math.max(dot, 0)), /^\d+$/.test(digits) ? BigInt(digits) : -1n];
}
