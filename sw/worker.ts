// The service worker: which event leads to which behaviour. It never changes what is sent, and keeps only pages.
import { type Asked, isFile, isPage } from "./asking.ts";
import { KeptPages } from "./kept_pages.ts";
import { offlinePage, type Tried } from "./offline_page.ts";
import { openPage, sendForm } from "./opening.ts";
import { permit } from "./permission.ts";
import { type Release, Shell } from "./shell.ts";
import { asKept } from "./telling.ts";
import { endsByAnswer, endsByAsking, isLeaving } from "./visits.ts";
import { type Wish, wish } from "./wishes.ts";

const self = globalThis as unknown as ServiceWorkerGlobalScope & { release: Release };
const PATIENCE_MS = 8_000;

const shell = new Shell(self.caches, self.release);
const pages = new KeptPages(self.caches, Date.now);

self.addEventListener("install", (event) => event.waitUntil(shell.install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  const told = wish(event.data);
  if (told) event.waitUntil(obey(told));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (isFile(request, self.location.origin)) event.respondWith(file(request));
  else if (isPage(request, self.location.origin)) event.respondWith(page(event));
});

async function activate(): Promise<void> {
  await shell.dropOlder();
  // The hub answers while the worker still wakes up.
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

async function obey(told: Wish): Promise<void> {
  if (told.kind === "take over") await self.skipWaiting();
  else if (told.kind === "forget") await pages.forget();
  else await keepFirst(new Request(told.address, { headers: { Accept: "text/html" } }));
}

// The page that brought the worker was opened without it.
async function keepFirst(request: Request): Promise<void> {
  const { chapter } = pages;
  const answer = await fetch(request);
  const allowed = permit(request, answer);
  if (allowed) await pages.keep(request.url, answer, allowed, chapter);
}

async function file(request: Request): Promise<Response> {
  return (await shell.file(request.url)) ?? fetch(request);
}

async function page(event: FetchEvent): Promise<Response> {
  const { request } = event;
  if (endsByAsking(request)) await pages.forget();
  const network = () => fromNetwork(event, pages.chapter);
  if (request.method !== "GET") {
    return sendForm({ network, offline: () => offline(isLeaving(request) ? "leave" : "send") });
  }
  return openPage({
    network,
    kept: () => kept(request),
    offline: () => offline("read"),
    patience: () => new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, undefined)),
  });
}

async function fromNetwork(event: FetchEvent, chapter: number): Promise<Response> {
  const { request } = event;
  const answer: Response = (await event.preloadResponse) ?? (await fetch(request));
  if (endsByAnswer(request, answer.status)) await pages.forget();
  else keepCopy(event, answer, chapter);
  return answer;
}

function keepCopy(event: FetchEvent, answer: Response, chapter: number): void {
  const allowed = permit(event.request, answer);
  if (allowed) event.waitUntil(pages.keep(addressOf(event.request), answer.clone(), allowed, chapter));
}

async function kept(request: Request): Promise<Response | undefined> {
  const found = await pages.find(addressOf(request));
  return found && asKept(found, Date.now());
}

async function offline(tried: Tried): Promise<Response> {
  const written = await shell.offlinePage();
  if (!written) return Response.error();
  const html = offlinePage(await written.text(), tried, await pages.list());
  return new Response(html, { status: 503, headers: written.headers });
}

function addressOf(asked: Asked): string {
  return asked.url.split("#", 1)[0] ?? asked.url;
}
