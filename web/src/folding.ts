// A form in <details data-fold> that was accepted is emptied and folded away: a phone number is not left on the screen.

interface Detail {
  elt: Element;
  successful: boolean;
}

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful } = (event as CustomEvent<Detail>).detail;
  const fold = elt.closest<HTMLDetailsElement>("details[data-fold]");
  if (!successful || !fold || !(elt instanceof HTMLFormElement)) return;
  elt.reset();
  fold.open = false;
});
