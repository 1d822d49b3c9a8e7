// The live page: one socket, every region on it, and a chip that tells whether what you see is what is.

import htmx from "htmx.org";
import { openLine } from "./browser_line.ts";
import { read, wanted } from "./frames.ts";
import { markMine } from "./mine.ts";
import { refetch, shown, takeIn } from "./regions.ts";
import { attach, call, send } from "./socket.ts";
import { isSameSet, type Shown, watchMessage } from "./watching.ts";

const SESSION_OVER = 4401;
const RIGHTS_CHANGED = 4403;
const RESAY_MS = 100;

let said: Shown[] = [];
let hasConnected = false;
let failures = 0;
let resaying: ReturnType<typeof setTimeout> | undefined;

function start(): void {
  const line = openLine(call);
  attach({
    opened: () => {
      line.opened();
      failures = 0;
      sayWatch();
      // The server sends what is newer than the versions we name; after a break the regions come by the ordinary way,
      // which also tells whether we may still see them.
      if (hasConnected) void refetch("*");
      hasConnected = true;
    },
    closed: (code) => {
      if (code === SESSION_OVER || code === RIGHTS_CHANGED) {
        line.end();
        window.location.reload();
      } else {
        line.closed();
        // Where websockets do not come through, or the session ended meanwhile, the ordinary way still tells.
        if (++failures > 1 && navigator.onLine) void refetch("*");
      }
    },
    heard: (text) => {
      line.heard();
      const frame = read(text);
      if (frame.kind === "control") void refetch(wanted(frame.control));
      return frame.kind === "fragment";
    },
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
