// Regions are the same for everybody; the page itself marks what is the viewer's own.

/** Marks every element whose data-who is the person who looks. */
export function markMine(within: Element): void {
  const person = document.body.dataset.person;
  if (!person) return;
  for (const element of within.querySelectorAll<HTMLElement>("[data-who]")) {
    element.classList.toggle("mine", element.dataset.who === person);
  }
}
