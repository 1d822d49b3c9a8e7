import assert from "node:assert/strict";
import { test } from "node:test";
import { isSameSet, watchMessage } from "../src/watching.ts";

const head = { live: "order.head?order=1", version: "7f3a.4" };
const lines = { live: "order.lines?order=1", version: "7f3a.4" };

test("a page tells what it shows, and how new it is", () => {
  assert.deepEqual(JSON.parse(watchMessage([head, lines])), {
    watch: ["order.head?order=1", "order.lines?order=1"],
    versions: { "order.head?order=1": "7f3a.4", "order.lines?order=1": "7f3a.4" },
  });
});
test("a page without regions watches nothing", () => {
  assert.deepEqual(JSON.parse(watchMessage([])), { watch: [], versions: {} });
});
test("order and version do not make another set", () => {
  assert.ok(isSameSet([head, lines], [lines, { ...head, version: "7f3a.5" }]));
});
test("a region more makes another set", () => assert.ok(!isSameSet([head], [head, lines])));
