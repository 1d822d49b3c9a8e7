import assert from "node:assert/strict";
import { test } from "node:test";
import { Change, type Ground } from "../src/change.ts";

/** A page whose time passes only when told. */
class Stage implements Ground {
  handed = 0;
  reloads = 0;
  private timers: { ms: number; action: () => void }[] = [];

  after = (ms: number, action: () => void) => {
    this.timers.push({ ms, action });
  };
  handOver = () => {
    this.handed++;
  };
  reload = () => {
    this.reloads++;
  };
  pass(ms: number): void {
    const due = this.timers.filter((timer) => timer.ms <= ms);
    this.timers = this.timers.filter((timer) => timer.ms > ms);
    for (const { action } of due) action();
  }
}

function begun(): { stage: Stage; change: Change } {
  const stage = new Stage();
  return { stage, change: new Change(stage) };
}

test("nobody who does not want to is changed", () => {
  const { stage, change } = begun();
  change.sent();
  change.settled();
  change.taken();
  assert.equal(stage.reloads, 0);
  assert.ok(!change.isOn);
});

test("with nothing under way the worker takes over, and then the page is loaded", () => {
  const { stage, change } = begun();
  change.wanted();
  assert.deepEqual([stage.handed, stage.reloads], [1, 0]);
  change.taken();
  assert.equal(stage.reloads, 1);
});

test("a press under way is waited for", () => {
  const { stage, change } = begun();
  change.sent();
  change.wanted();
  assert.equal(stage.handed, 0);
  change.settled();
  assert.equal(stage.handed, 1);
});

test("but not for ever", () => {
  const { stage, change } = begun();
  change.sent();
  change.wanted();
  stage.pass(8_000);
  assert.equal(stage.handed, 1);
});

test("presses during the change wait for the next page", () => {
  const { change } = begun();
  change.sent();
  change.wanted();
  assert.ok(change.isOn);
  change.settled();
  change.taken();
  assert.ok(change.isOn);
});

test("a worker that never takes over does not hold the page", () => {
  const { stage, change } = begun();
  change.wanted();
  stage.pass(5_000);
  assert.equal(stage.reloads, 1);
});

test("two taps are one change", () => {
  const { stage, change } = begun();
  change.wanted();
  change.wanted();
  change.taken();
  change.taken();
  stage.pass(8_000);
  assert.deepEqual([stage.handed, stage.reloads], [1, 1]);
});

test("a page that is being opened is not overtaken", () => {
  const { stage, change } = begun();
  assert.equal(change.leaving(assert.fail), false);
  change.wanted();
  assert.equal(stage.handed, 0);
});

test("if it led nowhere, the change goes on", () => {
  const { stage, change } = begun();
  change.leaving(assert.fail);
  change.wanted();
  stage.pass(30_000);
  assert.equal(stage.handed, 1);
});

test("a link or form during the change waits, and is then gone on with in place of loading anew", () => {
  const { stage, change } = begun();
  let gone = 0;
  change.wanted();
  assert.equal(
    change.leaving(() => gone++),
    true,
  );
  assert.equal(gone, 0);
  change.taken();
  assert.deepEqual([gone, stage.reloads], [1, 0]);
});

test("when it is gone on with, it does not wait again", () => {
  const { change } = begun();
  change.wanted();
  change.taken();
  assert.equal(change.leaving(assert.fail), false);
});
