// Opening a page: the network first; what is kept when the network fails or dawdles; at last an honest word.

/** Where a page can come from. */
export interface Ways {
  network(): Promise<Response>;
  kept(): Promise<Response | undefined>;
  offline(): Promise<Response>;
  /** Comes back, with nothing, when a person has waited long enough to be shown what is kept. */
  patience(): Promise<undefined>;
}

/** Returns the first page that is worth showing. */
export async function openPage(ways: Ways): Promise<Response> {
  const network = ways.network().catch(() => undefined);
  const early = await Promise.race([network, ways.patience()]);
  if (early && !isAway(early.status)) return early;
  return (await ways.kept()) ?? (await network) ?? ways.offline();
}

/** Sends a form: there is no other way than the network, and nothing kept could be the answer. */
export async function sendForm(ways: Pick<Ways, "network" | "offline">): Promise<Response> {
  return ways.network().catch(() => ways.offline());
}

// What a proxy answers when the hub behind it does not.
function isAway(status: number): boolean {
  return status === 502 || status === 504;
}
