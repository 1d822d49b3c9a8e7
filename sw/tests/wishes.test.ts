import assert from "node:assert/strict";
import { test } from "node:test";
import { wish } from "../wishes.ts";

test("a page may hand over, forget, and have itself kept", () => {
  assert.deepEqual(wish({ kind: "take over" }), { kind: "take over" });
  assert.deepEqual(wish({ kind: "forget", of: "whom" }), { kind: "forget" });
  assert.deepEqual(wish({ kind: "keep", address: "/wall" }), { kind: "keep", address: "/wall" });
});
for (const told of [
  null,
  undefined,
  "forget",
  7,
  {},
  { kind: "explode" },
  { kind: "keep" },
  { kind: "keep", address: 7 },
]) {
  test(`${JSON.stringify(told)} is no wish`, () => assert.equal(wish(told), undefined));
}
