import assert from "node:assert/strict";
import { test } from "node:test";
import { read, wanted } from "../src/frames.ts";

test("markup is a fragment", () => assert.equal(read('\n<section id="a"></section>').kind, "fragment"));
test("an object steers", () => {
  assert.deepEqual(read('{"resync": ["board.counts"]}'), {
    kind: "control",
    control: { resync: ["board.counts"] },
  });
});
for (const text of ["", "null", "7", "{", '"<p>"']) {
  test(`${JSON.stringify(text)} steers nothing`, () => {
    const frame = read(text);
    assert.ok(frame.kind === "control" && wanted(frame.control).length === 0);
  });
}
test("a beat asks for nothing", () => assert.deepEqual(wanted({ beat: 1 }), []));
test("a resync without names asks for all", () => assert.equal(wanted({ resync: [] }), "*"));
test("regions the server does not know are asked for by the ordinary way", () => {
  assert.deepEqual(wanted({ unknown: ["order.head?order=1"] }), ["order.head?order=1"]);
});
