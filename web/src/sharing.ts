// Buttons that only a script can serve: share (data-share holds the title) and print. Without one they are not shown.

import { copy } from "./copying.ts";

for (const button of document.querySelectorAll<HTMLElement>("[data-share], [data-print]"))
  button.hidden = false;

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>("button") : null;
  if (button?.dataset.share !== undefined) void share(button.dataset.share);
  if (button?.dataset.print !== undefined) window.print();
});

// The language is the reader's own choice, so it does not travel along.
async function share(title: string): Promise<void> {
  const url = window.location.origin + window.location.pathname;
  if (typeof navigator.share !== "function") {
    await copy(url);
    return;
  }
  await navigator.share({ title, url }).catch((refused: unknown) => {
    const isChangeOfMind = refused instanceof DOMException && refused.name === "AbortError";
    return isChangeOfMind ? undefined : copy(url);
  });
}
