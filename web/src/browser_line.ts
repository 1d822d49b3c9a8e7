// The line of a page in its browser: real timers, and what wakes it up.

import { showConnection } from "./connection.ts";
import { Line } from "./line.ts";

/** Returns a line that calls by `call`; coming back, waking up and other networks make it call anew. */
export function openLine(call: () => void): Line {
  const line = new Line({
    now: () => performance.now(),
    chance: Math.random,
    after: (ms, action) => setTimeout(action, ms),
    cancel: (timer) => clearTimeout(timer as number),
    call,
    show: showConnection,
  });
  window.addEventListener("offline", () => showConnection(false));
  window.addEventListener("online", () => line.renew());
  window.addEventListener("pageshow", (event) => event.persisted && line.renew());
  document.addEventListener("visibilitychange", () => !document.hidden && line.wake());
  return line;
}
