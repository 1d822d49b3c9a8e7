import assert from "node:assert/strict";
import { test } from "node:test";
import { CatchingUp } from "../src/catching_up.ts";

test("a page that just came has nothing to catch up with", () =>
  assert.equal(new CatchingUp().opened(), false));
test("after a break everything is fetched", () => {
  const catchingUp = new CatchingUp();
  catchingUp.opened();
  catchingUp.closed(true);
  assert.equal(catchingUp.opened(), true);
});
test("one close is a break, two are a network without sockets", () => {
  const catchingUp = new CatchingUp();
  assert.deepEqual(
    [catchingUp.closed(true), catchingUp.closed(true), catchingUp.closed(true)],
    [false, true, true],
  );
});
test("without any network nothing is tried", () => {
  const catchingUp = new CatchingUp();
  catchingUp.closed(false);
  assert.equal(catchingUp.closed(false), false);
});
test("a line that came through is trusted again", () => {
  const catchingUp = new CatchingUp();
  catchingUp.closed(true);
  catchingUp.opened();
  assert.equal(catchingUp.closed(true), false);
});
