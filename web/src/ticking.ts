// Keeps relative times and due rings true while nobody sends anything. Counts by the server's clock.
import { relative, ring } from "./relative.ts";
import { say } from "./words.ts";

const EVERY_MS = 5_000;
const skew = Date.parse(document.body.dataset.now ?? "") - Date.now() || 0;

function tick(): void {
  if (document.hidden) return;
  const now = Date.now() + skew;
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-as]")) {
    const text = relative(time.dataset.as ?? "", Date.parse(time.dateTime), now, say);
    if (time.textContent !== text) time.textContent = text;
  }
  for (const box of document.querySelectorAll<HTMLElement>(".ring[data-due]")) turn(box, now);
}

function turn(box: HTMLElement, now: number): void {
  const { entered = "", due = "", tone = "" } = box.dataset;
  const state = ring(Date.parse(entered), Date.parse(due), now, say);
  const isOver = state.tone === "bad";
  box.className = `ring t-${state.tone || tone}`;
  box.querySelector("circle + circle")?.setAttribute("stroke-dasharray", `${state.percent} 100`);
  for (const part of box.querySelectorAll<HTMLElement>("[data-when]")) {
    part.hidden = (part.dataset.when === "over") !== isOver;
  }
  for (const part of box.querySelectorAll("[data-amount]")) part.textContent = state.amount;
  for (const part of box.querySelectorAll("[data-unit]")) part.textContent = state.unit;
}

setInterval(tick, EVERY_MS);
document.addEventListener("visibilitychange", tick);
