// When a page fetches its regions by their ordinary addresses, beside what the socket brings.

const TRIES = 2;

export class CatchingUp {
  private hasConnected = false;
  private failures = 0;

  /**
   * The line is open. Tells whether to fetch: not the first time, when the page is fresh; after a break yes, which
   * also tells whether we may still see what we show.
   */
  opened(): boolean {
    this.failures = 0;
    const wasBroken = this.hasConnected;
    this.hasConnected = true;
    return wasBroken;
  }

  /** The line was closed. Tells whether to fetch, because sockets do not come through here but other requests may. */
  closed(hasNetwork: boolean): boolean {
    return ++this.failures >= TRIES && hasNetwork;
  }
}
