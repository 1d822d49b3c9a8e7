// Buttons that copy: data-copy holds the text itself, "#id" of the element whose text it is, or a path of this hub.
import { showToast } from "./toasts.ts";
import { say } from "./words.ts";

document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy]") : null;
  if (!button) return;
  const told = button.dataset.copy ?? "";
  if (told.startsWith("/")) await copy(new URL(told, window.location.href).href);
  else await copy(told.startsWith("#") ? textOf(document.querySelector(told)) : told);
});

// An address of this hub is copied whole, so that it opens elsewhere, whatever of it is shown.
function textOf(element: Element | null): string {
  const copied = element?.cloneNode(true);
  if (!(copied instanceof Element)) return "";
  for (const address of copied.querySelectorAll("[data-address]"))
    address.textContent = new URL(address.textContent ?? "", window.location.href).href;
  return (copied.textContent ?? "").replace(/\s+/g, " ").trim();
}

/** Copies a text, and says whether that went well. */
export async function copy(text: string): Promise<void> {
  const done = (await copyByClipboard(text)) || copyBySelection(text);
  showToast(say(done ? "copied" : "not_copied"), done ? "status" : "alert");
}

async function copyByClipboard(text: string): Promise<boolean> {
  return (
    (await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    )) ?? false
  );
}

// Without HTTPS there is no clipboard; the old command still works after a tap.
function copyBySelection(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "vh";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
