// Toasts: short words at the foot of the page that go away by themselves.
import { say } from "./words.ts";

const STAYS_MS = 10_000;

/** Shows words. */
export function showToast(text: string, role: "alert" | "status" = "alert"): void {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.setAttribute("role", role);
  const words = document.createElement("span");
  words.className = "g";
  words.textContent = text;
  toast.append(words);
  show(toast);
}

/** Shows the toast that a server sent; false when what it sent is none. */
export function showAnswer(html: string): boolean {
  const toast = new DOMParser().parseFromString(html, "text/html").body.querySelector<HTMLElement>(".toast");
  if (toast) show(document.adoptNode(toast));
  return toast !== null;
}

function show(toast: HTMLElement): void {
  const close = document.createElement("button");
  close.className = "btn";
  close.type = "button";
  close.textContent = say("close");
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
  document.getElementById("toasts")?.replaceChildren(toast);
  setTimeout(() => toast.remove(), STAYS_MS);
}
