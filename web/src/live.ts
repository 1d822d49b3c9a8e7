// The live page: one socket, every region on it, and a chip that tells whether what you see is what is.

import htmx from "htmx.org";
import { openLine } from "./browser_line.ts";
import { CatchingUp } from "./catching_up.ts";
import { read, wanted } from "./frames.ts";
import { markMine } from "./mine.ts";
import { refetch, shown, takeIn } from "./regions.ts";
import { attach, call, hangUp, send } from "./socket.ts";
import { isSameSet, type Shown, watchMessage } from "./watching.ts";

const SESSION_OVER = 4401;
const RIGHTS_CHANGED = 4403;
const RESAY_MS = 100;

let said: Shown[] = [];
let resaying: ReturnType<typeof setTimeout> | undefined;

function start(): void {
  const line = openLine(call, hangUp);
  const catchingUp = new CatchingUp();
  attach({
    opened: () => {
      line.opened();
      sayWatch();
      if (catchingUp.opened()) void refetch("*");
    },
    closed: (code) => {
      if (line.state === "over") return;
      if (code === SESSION_OVER || code === RIGHTS_CHANGED) {
        line.end();
        if (code === SESSION_OVER) document.dispatchEvent(new Event("session:over"));
        window.location.reload();
      } else {
        line.closed();
        if (catchingUp.closed(navigator.onLine)) void refetch("*");
      }
    },
    heard: (text) => {
      line.heard();
      const frame = read(text);
      if (frame.kind === "control") void refetch(wanted(frame.control));
      return frame.kind === "fragment";
    },
  });
  // The hub closes the line of whoever signs out, sooner than it answers: loading anew would call the form back.
  document.addEventListener("submit", ({ target }) => {
    if (target instanceof HTMLFormElement && target.getAttribute("action") === "/sign-out") line.end();
  });
}

function sayWatch(): void {
  said = shown();
  send(watchMessage(said));
}

function resayWatch(): void {
  clearTimeout(resaying);
  resaying = setTimeout(() => {
    if (!isSameSet(said, shown())) sayWatch();
  }, RESAY_MS);
}

// htmx would replace the region; it is altered in place instead.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = (event as CustomEvent<{ target: HTMLElement; fragment: ParentNode }>).detail;
  const incoming = fragment.querySelector<HTMLElement>(`#${CSS.escape(target.id)}`);
  if (!incoming?.dataset.live) return;
  event.preventDefault();
  takeIn(target, incoming, false);
});
document.addEventListener("region:taken", (event) => {
  htmx.process(event.target as Element);
  markMine(event.target as Element);
});
document.addEventListener("htmx:afterSettle", resayWatch);
document.addEventListener("region:taken", resayWatch);
markMine(document.body);
if (document.body.hasAttribute("ws-connect")) start();
