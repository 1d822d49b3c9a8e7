import assert from "node:assert/strict";
import { test } from "node:test";
import { KeyRing } from "../src/key_ring.ts";

function ring(): KeyRing<object> {
  let made = 0;
  return new KeyRing(() => `key ${++made}`);
}

test("two forms have two keys", () => {
  const keys = ring();
  assert.notEqual(keys.keyFor({}), keys.keyFor({}));
});
for (const status of [200, 204, 404, 409, 422]) {
  test(`after ${status} the next press is a new one`, () => {
    const keys = ring();
    const form = {};
    const first = keys.keyFor(form);
    keys.answered(form, status);
    assert.notEqual(keys.keyFor(form), first);
  });
}
for (const status of [0, 500, 502, 504]) {
  test(`after ${status} nobody knows, so the next press is the same`, () => {
    const keys = ring();
    const form = {};
    const first = keys.keyFor(form);
    keys.answered(form, status);
    assert.equal(keys.keyFor(form), first);
  });
}
