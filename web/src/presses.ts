// A press survives its page: what got no answer before the page went is sent by the next one, under the same key.
import { delay } from "./backoff.ts";
import { isFresh, type Press, PressBook } from "./press_book.ts";
import { showAnswer, showToast } from "./toasts.ts";
import { say } from "./words.ts";
import { change } from "./worker.ts";

interface Detail {
  xhr: XMLHttpRequest;
  requestConfig: { verb: string; path: string; formData: FormData };
}

const person = document.body.dataset.person ?? "";
const book = new PressBook(sessionStorage);
let isGone = false;

document.addEventListener("htmx:beforeRequest", (event) => {
  const press = pressOf(event);
  if (!press || !change.isOn) return;
  event.preventDefault();
  book.write(press);
  showToast(say("changing"), "status");
});

// The request's own events, not htmx's: the form may have left the page before the answer comes.
document.addEventListener("htmx:beforeSend", (event) => {
  const press = pressOf(event);
  if (!press) return;
  const { xhr } = (event as CustomEvent<Detail>).detail;
  book.write(press);
  change.sent();
  xhr.addEventListener("loadend", () => {
    // Without an answer the person is told, and presses again; unless the page is going, and nobody can be told.
    if (isAnswer(xhr.status) || !(isGone || change.isOn)) book.strike(press.key);
    change.settled();
  });
});

function pressOf(event: Event): Press | undefined {
  const { verb, path, formData } = (event as CustomEvent<Detail>).detail.requestConfig;
  const fields = Array.from(formData.entries());
  const key = formData.get("key");
  // A file cannot be written down; no form of ours sends one with htmx.
  if (verb !== "post" || typeof key !== "string" || fields.some(([, value]) => typeof value !== "string"))
    return;
  const body = new URLSearchParams(fields as [string, string][]).toString();
  return { key, path, body, person, at: Date.now() };
}

/** Leaves nothing behind of what was typed and not answered. */
export function forgetPresses(): void {
  book.burn();
}

async function sendLeft(): Promise<void> {
  for (const press of book.open(person, Date.now())) {
    const answer = await sendUntilAnswered(press);
    book.strike(press.key);
    if (!answer) showToast(say("not_sent"));
    else if (answer.ok) showToast(say("sent_late"), "status");
    else if (!showAnswer(await answer.text())) showToast(say("not_done"));
  }
}

async function sendUntilAnswered(press: Press): Promise<Response | undefined> {
  for (let attempt = 0; isFresh(press, Date.now()); attempt++) {
    const answer = await send(press).catch(() => undefined);
    if (answer && isAnswer(answer.status)) return answer;
    await new Promise((resolve) => setTimeout(resolve, delay(attempt, Math.random())));
  }
  return undefined;
}

function send({ path, body }: Press): Promise<Response> {
  const token: Record<string, string> = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  const kind = "application/x-www-form-urlencoded";
  const headers = { ...token, "HX-Request": "true", "Content-Type": kind };
  return fetch(path, { method: "POST", body, headers });
}

// 0 is no answer at all; after a 5xx nobody knows what happened.
function isAnswer(status: number): boolean {
  return status > 0 && status < 500;
}

addEventListener("pagehide", () => {
  isGone = true;
});
addEventListener("pageshow", () => {
  isGone = false;
  if (person) void sendLeft();
});
