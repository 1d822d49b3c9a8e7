// The pages a person has opened, kept for a moment without network: of one person at a time, and never of the last one.
import { isFresh, keptAt, stamp } from "./freshness.ts";
import { has, title } from "./markup.ts";
import type { Permit } from "./permission.ts";

const PREFIX = "pages-";
const MOST = 60;

export interface Kept {
  readonly address: string;
  readonly title: string;
  readonly at: number;
}

export class KeptPages {
  /** Grows whenever pages are forgotten: an answer that was asked for in an earlier chapter comes too late. */
  chapter = 0;
  private readonly caches: CacheStorage;
  private readonly now: () => number;

  constructor(caches: CacheStorage, now: () => number) {
    this.caches = caches;
    this.now = now;
  }

  /** Keeps a page for its owner; whatever belongs to somebody else goes. */
  async keep(address: string, answer: Response, permit: Permit, chapter: number): Promise<void> {
    const html = await answer.text();
    // A page that could not say that it is a kept one must not be shown as if it were of now.
    if (chapter !== this.chapter || !has(html, "kept") || !has(html, "kept-at")) return;
    const mine = PREFIX + permit.owner;
    const present = await this.names();
    if (present.some((name) => name !== mine)) await this.forget();
    const since = this.chapter;
    const cache = await this.caches.open(mine);
    await cache.delete(address, { ignoreVary: true }); // so that the order of keys is that of keeping
    await cache.put(address, this.packed(html, answer, permit.seconds));
    if (since === this.chapter) await trim(cache);
    else await this.forget();
  }

  /** Returns a page as it was kept, if there is one that may still be shown. */
  async find(address: string): Promise<Response | undefined> {
    const cache = await this.only();
    const found = await cache?.match(address, { ignoreVary: true });
    if (found && isFresh(found.headers, this.now())) return found;
    if (found) await cache?.delete(address, { ignoreVary: true });
    return undefined;
  }

  /** Lists what may still be shown, the newest first. */
  async list(): Promise<Kept[]> {
    const cache = await this.only();
    const found = await Promise.all(((await cache?.keys()) ?? []).map(({ url }) => this.entry(url)));
    return found.filter((kept) => kept !== undefined).reverse();
  }

  /** Empties everything. */
  async forget(): Promise<void> {
    this.chapter++;
    await Promise.all((await this.names()).map((name) => this.caches.delete(name)));
  }

  private async entry(address: string): Promise<Kept | undefined> {
    const found = await this.find(address);
    return found && { address, title: title(await found.text()), at: keptAt(found.headers) };
  }

  // Two owners at once can only be the remains of a crash; nobody could tell which of them holds the phone.
  private async only(): Promise<Cache | undefined> {
    const [name, ...others] = await this.names();
    if (others.length > 0) await this.forget();
    return name && others.length === 0 ? this.caches.open(name) : undefined;
  }

  private async names(): Promise<string[]> {
    return (await this.caches.keys()).filter((name) => name.startsWith(PREFIX));
  }

  private packed(html: string, answer: Response, seconds: number): Response {
    const headers = new Headers(answer.headers);
    // The text is no longer as it was sent: unpacked, and soon longer by a notice.
    for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
    stamp(headers, this.now(), seconds);
    return new Response(html, { headers });
  }
}

async function trim(cache: Cache): Promise<void> {
  const oldest = (await cache.keys()).slice(0, -MOST);
  await Promise.all(oldest.map((request) => cache.delete(request, { ignoreVary: true })));
}
