import assert from "node:assert/strict";
import { test } from "node:test";
import { relative, ring } from "../src/relative.ts";
import { speak } from "../src/words.ts";

const say = speak({
  seconds: "{n} s",
  minutes: "{n} min",
  unit_minutes: "min",
  now: "just now",
  ago: "{d} ago",
  left: "{d} left",
  over: "{d} over",
  held: "for {d}",
});
const now = Date.parse("2026-11-22T05:51:20Z");
const minutes = (n: number) => now + n * 60_000;

test("a moment just passed is now", () => assert.equal(relative("ago", now - 4_000, now, say), "just now"));
test("a past moment is so long ago", () => assert.equal(relative("ago", minutes(-6), now, say), "6 min ago"));
test("a due time ahead is left", () => assert.equal(relative("left", minutes(9), now, say), "9 min left"));
test("a due time behind is over", () => assert.equal(relative("left", minutes(-6), now, say), "6 min over"));
test("what is held is held for", () => assert.equal(relative("held", minutes(-5), now, say), "for 5 min"));

test("a ring shows the share that is left", () => {
  assert.deepEqual(ring(minutes(-30), minutes(30), now, say), {
    percent: 50,
    tone: "",
    amount: "30",
    unit: "min",
  });
});
test("a ring warns when a quarter is left", () => {
  assert.equal(ring(minutes(-50), minutes(10), now, say).tone, "warn");
});
test("a ring is red and empty when time is over", () => {
  assert.deepEqual(ring(minutes(-60), minutes(-6), now, say), {
    percent: 0,
    tone: "bad",
    amount: "6",
    unit: "min",
  });
});
test("a limit of no length does not divide by nothing", () => {
  assert.equal(ring(now, now, now, say).percent, 0);
});
