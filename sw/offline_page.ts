// The page for when there is nothing to show: what is safe, what to do, and what can still be read on this phone.
import type { Kept } from "./kept_pages.ts";
import { escaped, fill, reveal } from "./markup.ts";
import { moment } from "./telling.ts";

const MOST = 12;

/** What somebody tried: to read a page, to send a form, or to sign out. The page has a part for each. */
export type Tried = "read" | "send" | "leave";

/** Fills the page the hub wrote. */
export function offlinePage(html: string, tried: Tried, kept: readonly Kept[]): string {
  const shown = reveal(html, `tried-${tried}`);
  if (kept.length === 0) return shown;
  return fill(reveal(shown, "kept-pages"), "kept-list", kept.slice(0, MOST).map(item).join(""));
}

function item({ address, title, at }: Kept): string {
  const { pathname, search } = new URL(address);
  const time = `<span class="m f2">${moment(at, "zh-CN")}</span>`;
  return `<li><a href="${escaped(pathname + search)}"><b class="g">${title || escaped(pathname)}</b>${time}</a></li>`;
}
