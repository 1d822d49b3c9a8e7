// Every change carries a key, so that a press that got no answer can be pressed again without happening twice.
import { KeyRing } from "./key_ring.ts";

interface Detail {
  verb: string;
  elt: Element;
  parameters: Record<string, string>;
  xhr: XMLHttpRequest;
}

const ring = new KeyRing<Element>(uuid);

document.addEventListener("htmx:configRequest", (event) => {
  const { verb, elt, parameters } = (event as CustomEvent<Detail>).detail;
  if (verb !== "get" && !parameters.key) parameters.key = ring.keyFor(elt);
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, xhr } = (event as CustomEvent<Detail>).detail;
  ring.answered(elt, xhr.status);
});

// crypto.randomUUID exists only on HTTPS; a warehouse may look at http://192.168.…
function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
