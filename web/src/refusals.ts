// A request that was refused, or got no answer, says so in a toast; the page stays as it is.

import { showAnswer, showToast } from "./toasts.ts";
import { say } from "./words.ts";

interface Detail {
  xhr: XMLHttpRequest;
  shouldSwap: boolean;
  isError: boolean;
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const detail = (event as CustomEvent<Detail>).detail;
  if (detail.xhr.status < 400) return;
  detail.shouldSwap = false;
  if (!showAnswer(detail.xhr.responseText)) showToast(say("not_done"));
});

for (const event of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(event, () => showToast(say("not_sent")));
}
