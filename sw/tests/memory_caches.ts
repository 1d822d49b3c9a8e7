// Caches that live in memory, as far as the worker uses them.

class MemoryCache {
  readonly entries = new Map<string, Response>();

  async put(address: string, response: Response): Promise<void> {
    this.entries.set(address, response);
  }
  async match(address: string): Promise<Response | undefined> {
    return this.entries.get(address)?.clone();
  }
  async delete(asked: string | Request): Promise<boolean> {
    return this.entries.delete(typeof asked === "string" ? asked : asked.url);
  }
  async keys(): Promise<Request[]> {
    return Array.from(this.entries.keys(), (address) => new Request(address));
  }
  async addAll(requests: Request[]): Promise<void> {
    for (const { url } of requests) {
      if (url.includes("missing")) throw new TypeError(`${url} answered 404`);
      this.entries.set(url, new Response(`content of ${url}`));
    }
  }
}

export class MemoryCaches {
  readonly all = new Map<string, MemoryCache>();

  async open(name: string): Promise<MemoryCache> {
    const cache = this.all.get(name) ?? new MemoryCache();
    this.all.set(name, cache);
    return cache;
  }
  async keys(): Promise<string[]> {
    return [...this.all.keys()];
  }
  async delete(name: string): Promise<boolean> {
    return this.all.delete(name);
  }
}

/** Returns new caches, for whoever wants the browser's. */
export function memory(): CacheStorage & MemoryCaches {
  return new MemoryCaches() as unknown as CacheStorage & MemoryCaches;
}
