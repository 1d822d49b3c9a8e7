// What a page tells the socket: every region it shows, and the version of each.

export interface Shown {
  live: string;
  version: string;
}

/** Returns the message for the regions of a page; two parts of one view are one region. */
export function watchMessage(regions: Iterable<Shown>): string {
  const versions: Record<string, string> = {};
  for (const region of regions) versions[region.live] = region.version;
  return JSON.stringify({ watch: Object.keys(versions), versions });
}

/** Tells whether two pages show the same set of regions, whatever their versions. */
export function isSameSet(one: Iterable<Shown>, other: Iterable<Shown>): boolean {
  const names = (regions: Iterable<Shown>) =>
    [...new Set(Array.from(regions, (r) => r.live))].sort().join("\n");
  return names(one) === names(other);
}
