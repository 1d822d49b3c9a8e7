// The box of the service desk: "/" leads to it from anywhere on the page, arrows lead from it through what was found.

const box = document.querySelector<HTMLInputElement>("[data-seek]");
const AT_A_DESK = "(min-width:960px)";

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input,textarea,select,[contenteditable]") !== null;
}

function hits(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-hits] a")];
}

/** Leads from the box to the first hit, from hit to hit, and from the first one back. */
function step(from: EventTarget | null, by: number): HTMLElement | null | undefined {
  const found = hits();
  const at = from === box ? -1 : found.indexOf(from as HTMLElement);
  if (at < 0 && from !== box) return undefined;
  return at + by < 0 ? box : found[Math.min(at + by, found.length - 1)];
}

if (box) {
  // On a phone the keyboard would cover the answer.
  if (matchMedia(AT_A_DESK).matches) {
    box.focus();
    box.select();
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "/" && !isTyping(event.target)) {
      event.preventDefault();
      box.focus();
      box.select();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const next = step(event.target, event.key === "ArrowDown" ? 1 : -1);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}
