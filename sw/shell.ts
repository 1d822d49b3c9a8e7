// The shell: the files every page needs and the page for when there is none. A release holds all of them or none.

/** What the hub writes at the head of /sw.js. */
export interface Release {
  readonly name: string;
  readonly files: readonly string[];
  readonly offline: string;
}

const PREFIX = "shell-";
// Of two updates in a row, the first may have been installed and never used: what is shown is then two releases old.
const OLDER = 2;

export class Shell {
  private readonly caches: CacheStorage;
  private readonly release: Release;

  constructor(caches: CacheStorage, release: Release) {
    this.caches = caches;
    this.release = release;
  }

  /** Fetches all of it; fails, and is tried again at the next page, when anything is missing. */
  async install(): Promise<void> {
    const cache = await this.caches.open(this.name);
    const all = [...this.release.files, this.release.offline];
    await cache.addAll(all.map((address) => new Request(address, { cache: "reload" })));
  }

  /** Lets go of old releases, but for the last ones: pages that were kept under them still need their files. */
  async dropOlder(): Promise<void> {
    const names = await this.caches.keys();
    const others = names.filter((name) => name.startsWith(PREFIX) && name !== this.name);
    await Promise.all(others.slice(0, -OLDER).map((name) => this.caches.delete(name)));
  }

  /** Returns a file of any release that is still here; its name holds its digest, so it is the right one. */
  async file(address: string): Promise<Response | undefined> {
    for (const name of (await this.caches.keys()).filter((known) => known.startsWith(PREFIX))) {
      const found = await (await this.caches.open(name)).match(address, { ignoreVary: true });
      if (found) return found;
    }
    return undefined;
  }

  /** Returns the page for when there is none. */
  async offlinePage(): Promise<Response | undefined> {
    return (await this.caches.open(this.name)).match(this.release.offline, { ignoreVary: true });
  }

  private get name(): string {
    return PREFIX + this.release.name;
  }
}
