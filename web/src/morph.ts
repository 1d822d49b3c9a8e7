// Turns a region into its newer version in place: what a person has opened, typed, focused or scrolled stays.
//
// Elements with an id are the same element wherever they stand; others are matched by place and kind. Whether a
// <details> stands open, and what stands in a field, belongs to the person and is never touched.

/** Makes `from` equal to `to`, which belongs to us and may be taken apart. */
export function morph(from: Element, to: Element): void {
  const focused = document.activeElement;
  const selection = selectionOf(focused);
  alter(from, to);
  if (focused instanceof HTMLElement && focused.isConnected && document.activeElement !== focused) {
    focused.focus({ preventScroll: true });
    if (selection) (focused as HTMLInputElement).setSelectionRange(...selection);
  }
}

function alter(from: Element, to: Element): void {
  syncAttributes(from, to);
  removeGone(from, to);
  const named = new Map(Array.from(from.children, (child) => [child.id, child]));
  let cursor = from.firstChild;
  for (const wanted of Array.from(to.childNodes)) {
    const present = wanted instanceof Element && wanted.id ? named.get(wanted.id) : likeness(cursor, wanted);
    if (present?.nodeName !== wanted.nodeName) {
      from.insertBefore(wanted, cursor);
      continue;
    }
    cursor = bring(present, cursor);
    alterNode(present, wanted);
  }
  removeFrom(cursor);
}

/** Puts a child at the cursor and returns the next cursor. What can stay is not moved: a move loses focus and scroll. */
function bring(child: ChildNode, cursor: ChildNode | null): ChildNode | null {
  let place = cursor;
  while (place && place !== child && !(place instanceof Element && place.id)) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
  if (place === child) return child.nextSibling;
  child.parentNode?.insertBefore(child, place);
  return place;
}

function removeGone(from: Element, to: Element): void {
  const wanted = new Set(Array.from(to.children, (child) => child.id));
  for (const child of Array.from(from.children)) {
    if (child.id && !wanted.has(child.id)) child.remove();
  }
}

function removeFrom(first: ChildNode | null): void {
  for (let node = first; node; ) {
    const next = node.nextSibling;
    node.remove();
    node = next;
  }
}

function alterNode(from: ChildNode, to: ChildNode): void {
  if (from instanceof Element && to instanceof Element) alter(from, to);
  else if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
}

function likeness(node: ChildNode | null, wanted: ChildNode): ChildNode | undefined {
  if (!node || node.nodeName !== wanted.nodeName) return undefined;
  return node instanceof Element && node.id ? undefined : node;
}

function syncAttributes(from: Element, to: Element): void {
  for (const { name } of Array.from(from.attributes)) {
    if (!to.hasAttribute(name) && !isPersons(from, name)) from.removeAttribute(name);
  }
  for (const { name, value } of Array.from(to.attributes)) {
    if (from.getAttribute(name) !== value && !isPersons(from, name)) from.setAttribute(name, value);
  }
}

function isPersons(element: Element, name: string): boolean {
  return name === "open" && element instanceof HTMLDetailsElement;
}

function selectionOf(element: Element | null): [number, number] | undefined {
  const isText = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
  if (!isText || element.selectionStart === null || element.selectionEnd === null) return undefined;
  return [element.selectionStart, element.selectionEnd];
}
