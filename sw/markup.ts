// Small changes to pages the hub wrote: the worker has no document, so it works on the text.

/** Shows an element the hub sent hidden. */
export function reveal(html: string, id: string): string {
  return html.replace(new RegExp(`(<[a-z]+(?: [^>]*)? id="${id}"[^>]*?) hidden(?=[ >])`), "$1");
}

/** Puts markup into an element that the hub sent empty. */
export function fill(html: string, id: string, markup: string): string {
  return html.replace(new RegExp(`(<[a-z]+(?: [^>]*)? id="${id}"[^>]*>)(?=</)`), (start) => start + markup);
}

/** Tells whether a page has an element of this id. */
export function has(html: string, id: string): boolean {
  return html.includes(` id="${id}"`);
}

/** Returns the title as it stands in the page, still escaped, without the name of the app behind it. */
export function title(html: string): string {
  const whole = /<title>([^<]*)<\/title>/.exec(html)?.[1] ?? "";
  return whole.slice(0, Math.max(whole.lastIndexOf(" · "), 0)) || whole;
}

/** Returns the language the page is written in. */
export function language(html: string): string {
  return /<html lang="([\w-]+)"/.exec(html)?.[1] ?? "zh-CN";
}

/** Makes text fit to stand in markup. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
