// The service worker of this page: asking for it, and changing to its next version when the person wants to.
import { Change } from "./change.ts";
import { offer } from "./toasts.ts";
import { say } from "./words.ts";

const LOOK_MS = 3_600_000;
const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined; // none without HTTPS, or inside other apps

let registration: ServiceWorkerRegistration | undefined;
let lookedAt = Date.now();

export const change = new Change({
  after: (ms, action) => setTimeout(action, ms),
  handOver: () => {
    if (registration?.waiting) registration.waiting.postMessage({ kind: "take over" });
    else change.taken(); // another page of ours did it already
  },
  reload: () => location.reload(),
});

/** Makes the phone forget every page it kept. */
export function forgetPages(): void {
  workers?.controller?.postMessage({ kind: "forget" });
}

async function start(workers: ServiceWorkerContainer): Promise<void> {
  let hadWorker = workers.controller !== null;
  workers.addEventListener("controllerchange", () => {
    if (change.isOn) change.taken();
    else if (hadWorker) offerChange(); // another page of ours changed; this one is of the old version now
    hadWorker = true;
  });
  registration = await workers.register("/sw.js", { updateViaCache: "none" });
  registration.addEventListener("updatefound", () => watch(registration?.installing));
  watch(registration.installing);
  if (registration.waiting && hadWorker) offerChange();
  document.addEventListener("visibilitychange", look);
  if (!hadWorker) (await workers.ready).active?.postMessage({ kind: "keep", address: location.href });
}

function watch(incoming: ServiceWorker | null | undefined): void {
  incoming?.addEventListener("statechange", () => {
    if (incoming.state === "installed" && workers?.controller) offerChange();
  });
}

function offerChange(): void {
  offer(say("new_version"), say("change"), () => change.wanted());
}

// A board stays open for days, and a browser looks for a new worker only when a page is opened.
function look(): void {
  if (document.hidden || Date.now() - lookedAt < LOOK_MS) return;
  lookedAt = Date.now();
  void registration?.update().catch(() => undefined);
}

if (workers && document.body.dataset.person) {
  // Not in the way of the page itself. A phone that refuses (full, or set so) goes on without.
  addEventListener("load", () => start(workers).catch((error) => console.warn("no service worker:", error)));
}
