// Buttons that copy: data-copy holds the text itself, or "#id" of the element whose text it is.
import { showToast } from "./toasts.ts";
import { say } from "./words.ts";

document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy]") : null;
  if (!button) return;
  const told = button.dataset.copy ?? "";
  const text = told.startsWith("#") ? (document.querySelector(told)?.textContent ?? "") : told;
  const done = (await copyByClipboard(text)) || copyBySelection(text);
  showToast(say(done ? "copied" : "not_copied"), done ? "status" : "alert");
});

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
