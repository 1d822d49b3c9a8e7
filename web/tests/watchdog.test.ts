import assert from "node:assert/strict";
import { test } from "node:test";
import { Watchdog } from "../src/watchdog.ts";

function watched(): { dog: Watchdog; clock: { now: number } } {
  const clock = { now: 7_000 };
  return { dog: new Watchdog(() => clock.now), clock };
}

test("two beats may be late, a third is one too many", () => {
  const { dog, clock } = watched();
  clock.now += 45_000;
  assert.ok(!dog.barks(false));
  clock.now += 1;
  assert.ok(dog.barks(false));
});
test("a call has to come through sooner", () => {
  const { dog, clock } = watched();
  clock.now += 15_001;
  assert.ok(dog.barks(true));
  assert.ok(!dog.barks(false));
});
test("whatever is heard calms it", () => {
  const { dog, clock } = watched();
  clock.now += 60_000;
  dog.heard();
  assert.ok(!dog.barks(false) && !dog.doubts());
});
test("after a sleep one missing beat is enough to doubt", () => {
  const { dog, clock } = watched();
  clock.now += 25_000;
  assert.ok(!dog.doubts());
  clock.now += 1;
  assert.ok(dog.doubts());
});
