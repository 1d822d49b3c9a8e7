// Links and plain forms: a change to a new version must not overtake a page that is being opened, nor be overtaken by it.
import { change } from "./worker.ts";

// On the window, after everybody else: what htmx sends has been prevented by then, and is a press, not a departure.
addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || !opensHere(link, event)) return;
  if (change.leaving(() => location.assign(link.href))) event.preventDefault();
});

addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
  if (change.leaving(() => form.requestSubmit(submitter))) event.preventDefault();
});

function opensHere(link: HTMLAnchorElement, event: MouseEvent): boolean {
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  const isElsewhere = link.target !== "" || link.hasAttribute("download") || link.origin !== location.origin;
  return isPlain && !isElsewhere && !event.defaultPrevented;
}
