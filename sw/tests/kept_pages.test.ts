import assert from "node:assert/strict";
import { test } from "node:test";
import { KeptPages } from "../kept_pages.ts";
import { memory } from "./memory_caches.ts";

const HERE = "https://hub.test";
const ANNA = { owner: "anna-0001", seconds: 3600 };
const BO = { owner: "bobo-0002", seconds: 3600 };

function answer(title: string): Response {
  const notice = '<p id="kept" hidden><time id="kept-at"></time></p>';
  return new Response(`<title>${title} · OrderHub</title>${notice}`, {
    headers: { "Content-Type": "text/html", "Content-Encoding": "gzip", "Content-Security-Policy": "x" },
  });
}

function phone(): { pages: KeptPages; caches: ReturnType<typeof memory>; clock: { now: number } } {
  const [caches, clock] = [memory(), { now: 1_000_000 }];
  return { pages: new KeptPages(caches, () => clock.now), caches, clock };
}

async function keep(pages: KeptPages, path: string, owner = ANNA): Promise<void> {
  await pages.keep(HERE + path, answer(path), owner, pages.chapter);
}

test("a page that was opened can be read again", async () => {
  const { pages } = phone();
  await keep(pages, "/orders");
  const found = await pages.find(`${HERE}/orders`);
  assert.match((await found?.text()) ?? "", /orders · OrderHub/);
  assert.equal(found?.headers.get("Content-Security-Policy"), "x");
  assert.equal(found?.headers.get("Content-Encoding"), null);
});

test("one that was not opened cannot", async () => {
  const { pages } = phone();
  await keep(pages, "/orders");
  assert.equal(await pages.find(`${HERE}/orders?stage=paid`), undefined);
});

test("a page of somebody else takes the place of all of the former one's", async () => {
  const { pages, caches } = phone();
  await keep(pages, "/orders");
  await keep(pages, "/wall", BO);
  assert.equal(await pages.find(`${HERE}/orders`), undefined);
  assert.deepEqual(await caches.keys(), ["pages-bobo-0002"]);
});

test("forgetting leaves nothing", async () => {
  const { pages, caches } = phone();
  await keep(pages, "/orders");
  await pages.forget();
  assert.deepEqual(await caches.keys(), []);
});

test("an answer that comes after the sign-out is not kept", async () => {
  const { pages, caches } = phone();
  const { chapter } = pages;
  await pages.forget();
  await pages.keep(`${HERE}/orders`, answer("late"), ANNA, chapter);
  assert.deepEqual(await caches.keys(), []);
});

test("nor is one whose text arrives after it", async () => {
  const { pages, caches } = phone();
  let finish = () => {};
  const slow = new ReadableStream({
    start(controller) {
      finish = () => controller.close();
      controller.enqueue(new TextEncoder().encode('<p id="kept" hidden><time id="kept-at"></time></p>'));
    },
  });
  const keeping = pages.keep(`${HERE}/orders`, new Response(slow), ANNA, pages.chapter);
  await pages.forget();
  finish();
  await keeping;
  assert.deepEqual(await caches.keys(), []);
});

test("a page that cannot say it is a kept one is not kept", async () => {
  const { pages } = phone();
  await pages.keep(`${HERE}/plain`, new Response("<h1>Now</h1>"), ANNA, pages.chapter);
  assert.equal(await pages.find(`${HERE}/plain`), undefined);
});

test("a page is shown until its time is over", async () => {
  const { pages, clock } = phone();
  await keep(pages, "/orders");
  clock.now += 3_599_000;
  assert.ok(await pages.find(`${HERE}/orders`));
  clock.now += 1_000;
  assert.equal(await pages.find(`${HERE}/orders`), undefined);
  assert.deepEqual(await pages.list(), []);
});

test("a page of the future is not shown: the clock was set back", async () => {
  const { pages, clock } = phone();
  await keep(pages, "/orders");
  clock.now -= 61_000;
  assert.equal(await pages.find(`${HERE}/orders`), undefined);
});

test("what can be read is listed, the newest first", async () => {
  const { pages } = phone();
  for (const path of ["/orders", "/wall", "/orders"]) await keep(pages, path);
  assert.deepEqual(
    (await pages.list()).map(({ address, title }) => [address, title]),
    [
      [`${HERE}/orders`, "/orders"],
      [`${HERE}/wall`, "/wall"],
    ],
  );
});

test("of many pages the oldest go", async () => {
  const { pages } = phone();
  for (let number = 0; number < 63; number++) await keep(pages, `/orders/${number}`);
  assert.equal((await pages.list()).length, 60);
  assert.equal(await pages.find(`${HERE}/orders/2`), undefined);
  assert.ok(await pages.find(`${HERE}/orders/3`));
});

test("the remains of a crash, two owners at once, belong to nobody", async () => {
  const { pages, caches } = phone();
  await keep(pages, "/orders");
  await caches.open("pages-bobo-0002");
  assert.equal(await pages.find(`${HERE}/orders`), undefined);
  assert.deepEqual(await caches.keys(), []);
});
