// The chip that tells whether the page is live.
import { say } from "./words.ts";

const LATE_MS = 2_000;
let warning: ReturnType<typeof setTimeout> | undefined;
let painted: boolean | undefined;

/** Shows "live" at once; "offline" only after a moment, so that a short break does not flicker. */
export function showConnection(isLive: boolean): void {
  if (isLive) {
    clearTimeout(warning);
    warning = undefined;
    paint(true);
  } else {
    warning ??= setTimeout(() => paint(false), LATE_MS);
  }
}

function paint(isLive: boolean): void {
  const chip = document.getElementById("live");
  if (!chip || painted === isLive) return;
  painted = isLive;
  chip.hidden = isLive && !document.querySelector("[data-live]"); // a page without regions is not live, only connected
  chip.className = `chip ${isLive ? "t-cust" : "t-warn"}`;
  const use = chip.querySelector("use");
  const sprite = use?.getAttribute("href")?.split("#")[0] ?? "";
  use?.setAttribute("href", `${sprite}#${isLive ? "sync" : "offline"}`);
  const word = chip.querySelector("span");
  if (word) word.textContent = say(isLive ? "live" : "offline");
}
