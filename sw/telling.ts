// A kept page says that it is one, and of when; its clock goes on, so that what became late meanwhile reads as late.
import { keptAt } from "./freshness.ts";
import { fill, language, reveal } from "./markup.ts";

/** Returns the answer that shows a kept page. */
export async function asKept(kept: Response, now: number): Promise<Response> {
  const at = keptAt(kept.headers);
  return new Response(told(await kept.text(), at, now), { headers: kept.headers });
}

/** Writes the notice and its time into a page, and moves the page's idea of now to now. */
export function told(html: string, at: number, now: number): string {
  const timed = fill(reveal(html, "kept"), "kept-at", moment(at, language(html)));
  return timed.replace(/ data-now="([^"]*)"/, (whole, written: string) => {
    const then = Date.parse(written);
    return Number.isNaN(then) ? whole : ` data-now="${new Date(then + now - at).toISOString()}"`;
  });
}

/** Writes a moment as a reader of this language reads it, in the time of the phone. */
export function moment(at: number, lang: string): string {
  return new Intl.DateTimeFormat(lang, {
    month: "numeric",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(at);
}
