// The part of /me that says how to install the app: a button where the browser lends one, words everywhere else.
import { type Advice, advice, isApple } from "./install_advice.ts";

// Chromium's own; no other browser has it.
interface Prompt extends Event {
  prompt(): Promise<void>;
}

const section = document.getElementById("install");
let lent: Prompt | undefined;

function show(one: Advice | "done"): void {
  for (const part of section?.querySelectorAll<HTMLElement>("[data-case]") ?? []) {
    part.hidden = part.dataset.case !== one;
  }
}

function look(): void {
  const standsAlone = matchMedia("(display-mode: standalone)").matches;
  show(
    advice({
      isInstalled: standsAlone || ("standalone" in navigator && navigator.standalone === true),
      isSecure: isSecureContext,
      hasWorker: "serviceWorker" in navigator,
      canPrompt: lent !== undefined,
      isApple: isApple(navigator.userAgent, navigator.maxTouchPoints),
    }),
  );
}

if (section) {
  look();
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault(); // the browser would ask at a moment of its own
    lent = event as Prompt;
    look();
  });
  addEventListener("appinstalled", () => show("done"));
  section.querySelector("button")?.addEventListener("click", async () => {
    await lent?.prompt();
    lent = undefined; // a prompt is good for once
    look();
  });
}
