// The words this script needs, from the page's own catalogue: <meta name="script-words">.

export type Words = Readonly<Record<string, string>>;
export type Say = (key: string, values?: Record<string, string | number>) => string;

/** Returns a function that fills the placeholders of a text; a missing text shows its key. */
export function speak(words: Words): Say {
  return (key, values = {}) =>
    (words[key] ?? key).replace(/\{(\w+)\}/g, (hole, name) => String(values[name] ?? hole));
}

/** Reads the words of this page. */
export function pageWords(page: Document): Words {
  const told = page.querySelector<HTMLMetaElement>('meta[name="script-words"]')?.content;
  return told ? JSON.parse(told) : {};
}

export const say: Say = (key, values) => {
  spoken ??= speak(pageWords(document));
  return spoken(key, values);
};

let spoken: Say | undefined;
