import assert from "node:assert/strict";
import { test } from "node:test";
import { Shell } from "../shell.ts";
import { memory } from "./memory_caches.ts";

const HERE = "https://hub.test";

function release(name: string, ...files: string[]) {
  return { name, files: files.map((file) => HERE + file), offline: `${HERE}/offline` };
}

test("a release holds its files and the offline page", async () => {
  const shell = new Shell(memory(), release("1", "/assets/app-1.js"));
  await shell.install();
  assert.equal(
    await (await shell.file(`${HERE}/assets/app-1.js`))?.text(),
    `content of ${HERE}/assets/app-1.js`,
  );
  assert.ok(await shell.offlinePage());
});
test("a release that lacks a file is not installed", async () => {
  await assert.rejects(new Shell(memory(), release("1", "/assets/missing.js")).install());
});
test("pages of the last two releases still find their files, older ones do not", async () => {
  const caches = memory();
  const shells = ["1", "2", "3", "4"].map(
    (name) => new Shell(caches, release(name, `/assets/app-${name}.js`)),
  );
  for (const shell of shells) await shell.install();
  const last = shells[3];
  await last?.dropOlder();
  assert.equal(await last?.file(`${HERE}/assets/app-1.js`), undefined);
  assert.ok(await last?.file(`${HERE}/assets/app-2.js`));
  assert.ok(await last?.file(`${HERE}/assets/app-3.js`));
  assert.ok(await last?.file(`${HERE}/assets/app-4.js`));
});
test("letting go of old releases leaves kept pages alone", async () => {
  const caches = memory();
  await caches.open("pages-anna-0001");
  await new Shell(caches, release("2")).dropOlder();
  assert.deepEqual(await caches.keys(), ["pages-anna-0001"]);
});
