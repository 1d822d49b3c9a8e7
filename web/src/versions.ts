// Versions of live regions: "<identity of the database>.<number>", where the number only grows.

export type Verdict = "newer" | "older" | "other";

/** Tells how an incoming version stands to the one shown. Equal ones hold the same data and count as older. */
export function compare(incoming: string, shown: string): Verdict {
  const [identity, number] = parse(incoming);
  const [shownIdentity, shownNumber] = parse(shown);
  if (identity !== shownIdentity) return "other";
  return number > shownNumber ? "newer" : "older";
}

// Numbers are 64 bits wide on the server, more than a double holds.
function parse(version: string): [string, bigint] {
  const dot = version.lastIndexOf(".");
  const digits = version.slice(dot + 1);
  return [version.slice(0, Math.max(dot, 0)), /^\d+$/.test(digits) ? BigInt(digits) : -1n];
}
