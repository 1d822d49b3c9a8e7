// The live regions of a page: what they show, taking in newer versions, fetching them anew.
import { morph } from "./morph.ts";
import { showAnswer } from "./toasts.ts";
import { judge } from "./versions.ts";
import type { Shown } from "./watching.ts";

const SELECTOR = "[data-live][data-src]";

/** Returns every region of the page with its version. */
export function shown(): Shown[] {
  return all().map(({ dataset }) => ({ live: dataset.live ?? "", version: dataset.version ?? "" }));
}

/** Fetches regions anew through their ordinary address, each address once. */
export async function refetch(names: readonly string[] | "*"): Promise<void> {
  const asked = all().filter(({ dataset }) => names === "*" || names.includes(dataset.live ?? ""));
  const addresses = new Set(asked.map(({ dataset }) => dataset.src ?? ""));
  await Promise.all(Array.from(addresses, fetchOne));
}

/** Takes in one region that came over the socket or was fetched, if its version is to be believed. */
export function takeIn(present: HTMLElement, incoming: HTMLElement, wasFetched: boolean): void {
  const verdict = judge(incoming.dataset.version ?? "", present.dataset.version ?? "", wasFetched);
  if (verdict === "ask") void refetch([present.dataset.live ?? ""]);
  if (verdict !== "take") return;
  const hadOpen = present.querySelector("details[open]") !== null;
  const nowOpen = incoming.querySelector("details[open][id]")?.id;
  morph(present, incoming);
  if (hadOpen && nowOpen && !present.querySelector("details[open]")) {
    present.querySelector(`#${CSS.escape(nowOpen)}`)?.setAttribute("open", "");
  }
  present.dispatchEvent(new CustomEvent("region:taken", { bubbles: true }));
}

/** Takes in every region of an answer or a frame that this page shows. */
export function takeInAll(html: string, wasFetched: boolean): void {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const incoming of parsed.body.querySelectorAll<HTMLElement>(SELECTOR)) {
    const present = document.getElementById(incoming.id);
    if (present) takeIn(present, incoming, wasFetched);
  }
}

async function fetchOne(address: string): Promise<void> {
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, cache: "no-store" }).catch(
    () => null,
  );
  if (answer?.status === 401) document.dispatchEvent(new Event("session:over"));
  const elsewhere = answer?.headers.get("HX-Redirect");
  if (elsewhere) window.location.assign(elsewhere);
  if (!answer) return;
  const html = await answer.text();
  if (answer.ok) takeInAll(html, true);
  else if (!showAnswer(html)) {
    document.dispatchEvent(new CustomEvent<number>("region:refused", { detail: answer.status }));
  }
}

function all(): HTMLElement[] {
  return Array.from(document.querySelectorAll<HTMLElement>(SELECTOR));
}
