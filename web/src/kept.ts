// A page that was kept, and the page for when there is none, make place for the real one as soon as there is network.
import { delay } from "./backoff.ts";

const isKept = document.getElementById("kept")?.hidden === false;
const isOffline = document.getElementById("tried-read")?.hidden === false;
let attempt = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Tells whether somebody has begun to write, which loading anew would throw away. */
function isWriting(): boolean {
  const fields = document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea");
  return Array.from(fields).some((field) => field.value !== field.defaultValue);
}

async function knock(): Promise<void> {
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => undefined);
  if (answer?.ok && !isWriting()) location.reload();
  else wait();
}

function wait(): void {
  clearTimeout(timer);
  timer = setTimeout(knock, delay(attempt++, Math.random()));
}

if (isKept || isOffline) {
  wait();
  addEventListener("online", () => void knock());
}
