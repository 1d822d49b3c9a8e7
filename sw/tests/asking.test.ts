import assert from "node:assert/strict";
import { test } from "node:test";
import { type Asked, isFile, isPage } from "../asking.ts";

const HERE = "https://hub.test";

function asked(path: string, more: Partial<Asked> = {}): Asked {
  return { method: "GET", mode: "navigate", url: HERE + path, headers: new Headers(), ...more };
}

for (const path of ["/", "/orders", "/orders/SZ-7?stage=paid", "/sign-in", "/livestock", "/tasks"]) {
  test(`${path} is a page`, () => assert.ok(isPage(asked(path), HERE)));
}
for (const path of [
  "/api/me",
  "/live",
  "/live/x",
  "/webhooks/3",
  "/t/abc",
  "/check/abc",
  "/schema",
  "/schema/openapi.json",
]) {
  test(`${path} passes the worker by`, () => assert.ok(!isPage(asked(path), HERE)));
}
for (const path of ["/set-up/secret", "/assets/app-1.js", "/sw.js", "/manifest.webmanifest", "/healthz"]) {
  test(`${path} is no page`, () => assert.ok(!isPage(asked(path), HERE)));
}
test("a form that is posted is a page's business", () => {
  assert.ok(isPage(asked("/me/language", { method: "POST" }), HERE));
});
test("what a script fetches passes by", () => assert.ok(!isPage(asked("/orders", { mode: "cors" }), HERE)));
test("a fragment passes by", () => {
  assert.ok(!isPage(asked("/orders", { headers: new Headers({ "HX-Request": "true" }) }), HERE));
});
test("another host passes by", () => assert.ok(!isPage(asked("/orders"), "https://other.test")));

test("built files may come from the shell, whoever asks for them", () => {
  assert.ok(isFile(asked("/assets/app-1.js", { mode: "no-cors" }), HERE));
  assert.ok(!isFile(asked("/assets/app-1.js"), "https://other.test"));
  assert.ok(!isFile(asked("/orders"), HERE));
});
