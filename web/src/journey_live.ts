// The buyer's page stays live over a plain socket, as nobody in particular; htmx would weigh more than the whole page.

import { openLine } from "./browser_line.ts";
import { CatchingUp } from "./catching_up.ts";
import { read, wanted } from "./frames.ts";
import { refetch, shown, takeInAll } from "./regions.ts";
import { watchMessage } from "./watching.ts";

const NOT_OURS = 4401;
const GONE = [404, 410];

let socket: WebSocket | undefined;
const catchingUp = new CatchingUp();
const line = openLine(call, hangUp);

function call(): void {
  hangUp();
  const { host, protocol } = window.location;
  const scheme = protocol === "https:" ? "wss:" : "ws:";
  const called = new WebSocket(`${scheme}//${host}/live?public=1&lang=${document.documentElement.lang}`);
  socket = called;
  called.onopen = () => opened(called);
  called.onmessage = (event) => heard(String(event.data));
  called.onclose = (event) => closed(event.code);
}

function opened(called: WebSocket): void {
  line.opened();
  called.send(watchMessage(shown()));
  if (catchingUp.opened()) void refetch("*");
}

function heard(text: string): void {
  line.heard();
  const frame = read(text);
  if (frame.kind === "fragment") takeInAll(text, false);
  else void refetch(wanted(frame.control));
}

function closed(code: number): void {
  line.closed();
  const isDue = catchingUp.closed(navigator.onLine);
  if (code === NOT_OURS || isDue) void refetch("*");
}

// Deaf first: its late close event must not disturb the next one.
function hangUp(): void {
  if (!socket) return;
  socket.onopen = socket.onmessage = socket.onclose = null;
  socket.close();
}

// The link was replaced or is over: the page that says so takes the place of what it showed.
document.addEventListener("region:refused", (event) => {
  if (GONE.includes((event as CustomEvent<number>).detail)) window.location.reload();
});
call();
