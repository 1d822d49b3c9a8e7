// When a person's visit ends, nothing of theirs stays: no kept page, no press, no page in the browser's memory.
import { forgetPresses } from "./presses.ts";
import { forgetPages } from "./worker.ts";

const NAME = "person";
const person = document.body.dataset.person;

function forget(): void {
  localStorage.removeItem(NAME);
  forgetPages();
  forgetPresses();
}

if (person) {
  localStorage.setItem(NAME, person);
  document.addEventListener("submit", ({ target }) => {
    if (target instanceof HTMLFormElement && target.getAttribute("action") === "/sign-out") forget();
  });
  document.addEventListener("session:over", forget);
  document.addEventListener("htmx:afterRequest", (event) => {
    if ((event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr.status === 401) forget();
  });
  // The Back button may bring a page out of memory as it was left, without asking the hub.
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted || localStorage.getItem(NAME) === person) return;
    document.documentElement.hidden = true;
    location.reload();
  });
}
