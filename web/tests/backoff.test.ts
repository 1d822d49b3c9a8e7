import assert from "node:assert/strict";
import { test } from "node:test";
import { delay } from "../src/backoff.ts";

test("pauses double", () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((attempt) => delay(attempt, 1)),
    [500, 1000, 2000, 4000],
  );
});
test("pauses end at half a minute", () => assert.equal(delay(1_000_000, 1), 30_000));
test("chance scatters a pause over its second half", () => {
  assert.deepEqual([delay(3, 0), delay(3, 0.5), delay(3, 1)], [2000, 3000, 4000]);
});
