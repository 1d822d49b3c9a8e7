// The line of a page in its browser: real timers, a clock that knows of sleep, and what wakes it up.

import { awakeClock } from "./awake_clock.ts";
import { showConnection } from "./connection.ts";
import { Line } from "./line.ts";
import { followSleep } from "./waking.ts";

/** Returns a line that calls by `call`; coming back, waking up and other networks make it call anew. */
export function openLine(call: () => void, hangUp: () => void): Line {
  const line = new Line({
    now: awakeClock(() => performance.now(), Date.now),
    chance: Math.random,
    after: (ms, action) => setTimeout(action, ms),
    cancel: (timer) => clearTimeout(timer as number),
    call,
    hangUp,
    show: showConnection,
  });
  window.addEventListener("offline", () => showConnection(false));
  followSleep(line, window, document);
  return line;
}
