// The buyer's page stays live over a plain socket, as nobody in particular; htmx would weigh more than the whole page.

import { openLine } from "./browser_line.ts";
import { read, wanted } from "./frames.ts";
import { refetch, shown, takeInAll } from "./regions.ts";
import { watchMessage } from "./watching.ts";

const NOT_OURS = 4401;
const GONE = [404, 410];

let socket: WebSocket | undefined;
let hasConnected = false;
let failures = 0;

const line = openLine(call);

function call(): void {
  if (socket) retire(socket);
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
  failures = 0;
  called.send(watchMessage(shown()));
  // What was missed during a break comes by the ordinary way, which also tells whether the link still opens.
  if (hasConnected) void refetch("*");
  hasConnected = true;
}

function heard(text: string): void {
  line.heard();
  const frame = read(text);
  if (frame.kind === "fragment") takeInAll(text, false);
  else void refetch(wanted(frame.control));
}

function closed(code: number): void {
  line.closed();
  // Where sockets do not come through, the ordinary way still tells.
  if (code === NOT_OURS || (++failures > 1 && navigator.onLine)) void refetch("*");
}

function retire(old: WebSocket): void {
  old.onopen = old.onmessage = old.onclose = null;
  old.close();
}

// The link was replaced or is over: the page that says so takes the place of what it showed.
document.addEventListener("region:refused", (event) => {
  if (GONE.includes((event as CustomEvent<number>).detail)) window.location.reload();
});
call();
