import assert from "node:assert/strict";
import { test } from "node:test";
import { type Around, advice, isApple } from "../src/install_advice.ts";

const CHROME: Around = {
  isInstalled: false,
  isSecure: true,
  hasWorker: true,
  canPrompt: false,
  isApple: false,
};

test("who has it is told so", () => assert.equal(advice({ ...CHROME, isInstalled: true }), "installed"));
test("a browser that lends a button gets one", () => {
  assert.equal(advice({ ...CHROME, canPrompt: true }), "prompt");
});
test("without https nothing can be installed, and that is what is missing", () => {
  assert.equal(advice({ ...CHROME, isSecure: false, hasWorker: false }), "insecure");
});
test("a browser without workers cannot", () => {
  assert.equal(advice({ ...CHROME, hasWorker: false }), "unsupported");
});
test("an iPhone needs two taps of its own", () => assert.equal(advice({ ...CHROME, isApple: true }), "ios"));
test("everybody else looks into the menu", () => assert.equal(advice(CHROME), "menu"));

test("iPads that call themselves a Mac are told by their touch screen", () => {
  assert.ok(isApple("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)", 5));
  assert.ok(isApple("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", 5));
  assert.ok(!isApple("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", 0));
  assert.ok(!isApple("Mozilla/5.0 (Linux; Android 14; Pixel 7)", 5));
});
