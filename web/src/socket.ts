// The one websocket of a page, carried by htmx's extension, but called and given up by our own rules.
//
// The extension calls again after some close codes only, and schedules its own calls beside ours: its pause is set to
// "never", and a socket we give up is made deaf, so that its late close event cannot disturb the next one.
import htmx from "htmx.org";

const NEVER_MS = 2 ** 31 - 1; // the longest a browser can wait; one more would be at once

export interface Wrapper {
  sendImmediately(text: string, element?: Element): void;
  reconnect(): void;
}

export interface Listener {
  opened(): void;
  closed(code: number): void;
  heard(text: string): boolean;
}

let socket: WebSocket | undefined;
let wrapper: Wrapper | undefined;

/** Starts listening to the page's socket. `heard` returns whether htmx shall swap the text in as fragments. */
export function attach(listener: Listener): void {
  htmx.config.wsReconnectDelay = () => NEVER_MS;
  Object.assign(htmx, { createWebSocket: open });
  document.addEventListener("htmx:wsOpen", (event) => {
    wrapper = detail(event).socketWrapper;
    listener.opened();
  });
  document.addEventListener("htmx:wsClose", (event) => {
    wrapper ??= detail(event).socketWrapper;
    listener.closed(detail(event).event.code ?? 0);
  });
  document.addEventListener("htmx:wsBeforeMessage", (event) => {
    if (!listener.heard(detail(event).message)) event.preventDefault();
  });
}

/** Sends a text if the line is open; whoever opens it next says everything again anyway. */
export function send(text: string): void {
  if (socket?.readyState === WebSocket.OPEN) wrapper?.sendImmediately(text);
}

/** Gives up the present socket, whatever its state, and calls anew. */
export function call(): void {
  if (wrapper) wrapper.reconnect();
  else socket?.close(); // the first call never came through: its close event brings the wrapper
}

/** Gives up the present socket. Without a wrapper nobody could call again, so it is left alone. */
export function hangUp(): void {
  if (wrapper) retire();
}

function open(url: string): WebSocket {
  retire();
  socket = new WebSocket(url);
  return socket;
}

function retire(): void {
  if (!socket) return;
  socket.onopen = socket.onclose = socket.onerror = null;
  socket.close();
}

interface Detail {
  socketWrapper: Wrapper;
  message: string;
  event: { code?: number };
}

function detail(event: Event): Detail {
  return (event as CustomEvent<Detail>).detail;
}
