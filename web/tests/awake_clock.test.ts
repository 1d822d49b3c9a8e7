import assert from "node:assert/strict";
import { test } from "node:test";
import { awakeClock } from "../src/awake_clock.ts";

/** Two clocks as a browser has them, and ours above them. */
function clocks() {
  const of = { steady: 0, wall: 1_000_000 };
  const now = awakeClock(
    () => of.steady,
    () => of.wall,
  );
  const pass = (steady: number, wall: number) => {
    of.steady += steady;
    of.wall += wall;
    return now();
  };
  return { pass };
}

test("awake, both clocks agree", () => assert.equal(clocks().pass(500, 500), 500));
test("a sleep that only the wall clock noticed counts", () => {
  assert.equal(clocks().pass(20, 3_600_000), 3_600_000);
});
test("so does one that only the steady clock noticed", () =>
  assert.equal(clocks().pass(3_600_000, 0), 3_600_000));
test("setting the clock back takes nothing away", () => {
  const { pass } = clocks();
  pass(1_000, 1_000);
  assert.equal(pass(1_000, -3_600_000), 2_000);
});
test("it never goes back", () => assert.equal(clocks().pass(0, -1), 0));
