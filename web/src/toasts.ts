// Toasts: short words at the foot of the page. They go away by themselves, but for an offer, which waits for an answer.
import { say } from "./words.ts";

const STAYS_MS = 10_000;

/** Shows words. */
export function showToast(text: string, role: "alert" | "status" = "alert"): void {
  pass(written(text, role));
}

/** Shows the toast that a server sent; false when what it sent is none. */
export function showAnswer(html: string): boolean {
  const toast = new DOMParser().parseFromString(html, "text/html").body.querySelector<HTMLElement>(".toast");
  if (toast) pass(document.adoptNode(toast));
  return toast !== null;
}

/** Offers something: it is done when the person says so. The same offer stands there once. */
export function offer(text: string, word: string, action: () => void): void {
  document.querySelector("#toasts .offer")?.remove();
  const toast = written(text, "status");
  toast.classList.add("offer");
  button(toast, word, action);
  button(toast, say("close"), () => undefined);
  document.getElementById("toasts")?.append(toast);
}

function written(text: string, role: string): HTMLElement {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.setAttribute("role", role);
  const words = document.createElement("span");
  words.className = "g";
  words.textContent = text;
  toast.append(words);
  return toast;
}

function pass(toast: HTMLElement): void {
  button(toast, say("close"), () => undefined);
  document.querySelector("#toasts .toast:not(.offer)")?.remove();
  document.getElementById("toasts")?.append(toast);
  setTimeout(() => toast.remove(), STAYS_MS);
}

function button(toast: HTMLElement, word: string, action: () => void): void {
  const made = document.createElement("button");
  made.className = "btn";
  made.type = "button";
  made.textContent = word;
  made.addEventListener("click", () => {
    toast.remove();
    action();
  });
  toast.append(made);
}
