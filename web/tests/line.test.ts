import assert from "node:assert/strict";
import { test } from "node:test";
import { type Ground, Line } from "../src/line.ts";

/** A ground whose time passes only when told. */
class Stage implements Ground {
  calls = 0;
  hungUp = 0;
  shown: boolean | undefined;
  private time = 0;
  private timers: { at: number; action: () => void }[] = [];

  now = () => this.time;
  chance = () => 1;
  call = () => {
    this.calls++;
  };
  hangUp = () => {
    this.hungUp++;
  };
  show = (isLive: boolean) => {
    this.shown = isLive;
  };
  after = (ms: number, action: () => void) => {
    const timer = { at: this.time + ms, action };
    this.timers.push(timer);
    return timer;
  };
  cancel = (timer: unknown) => {
    this.timers = this.timers.filter((other) => other !== timer);
  };

  /** Time goes on, and no timer with it. */
  sleep(ms: number): void {
    this.time += ms;
  }

  pass(ms: number): void {
    const until = this.time + ms;
    for (;;) {
      const next = this.timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.cancel(next);
      this.time = Math.max(this.time, next.at);
      next.action();
    }
    this.time = until;
  }
}

function opened(): { stage: Stage; line: Line } {
  const stage = new Stage();
  const line = new Line(stage);
  line.opened();
  return { stage, line };
}

test("an open line is shown as live", () => assert.equal(opened().stage.shown, true));

test("a closed line is called again after a pause", () => {
  const { stage, line } = opened();
  line.closed();
  assert.equal(stage.shown, false);
  stage.pass(499);
  assert.equal(stage.calls, 0);
  stage.pass(1);
  assert.equal(stage.calls, 1);
});

test("pauses grow until a call comes through", () => {
  const { stage, line } = opened();
  const pauses = [500, 1000, 2000];
  for (const [place, pause] of pauses.entries()) {
    line.closed();
    stage.pass(pause - 1);
    assert.equal(stage.calls, place);
    stage.pass(1);
    assert.equal(stage.calls, place + 1);
  }
  line.opened();
  line.closed();
  stage.pass(500);
  assert.equal(stage.calls, 4);
});

test("a beat every 20 s keeps the line", () => {
  const { stage, line } = opened();
  for (let beat = 0; beat < 30; beat++) {
    stage.pass(20_000);
    line.heard();
  }
  assert.equal(stage.calls, 0);
});

test("silence of 45 s means that nobody is there", () => {
  const { stage } = opened();
  stage.pass(44_000);
  assert.equal(stage.calls, 0);
  stage.pass(7_000);
  assert.equal(stage.calls, 1);
  assert.equal(stage.shown, false);
});

test("a call that never comes through is given up and made again", () => {
  const stage = new Stage();
  new Line(stage);
  stage.pass(21_000);
  assert.equal(stage.calls, 1);
});

test("waking up ends a pause", () => {
  const { stage, line } = opened();
  line.closed();
  line.wake();
  assert.equal(stage.calls, 1);
  stage.pass(600);
  assert.equal(stage.calls, 1);
});

test("waking up after a short sleep trusts the line", () => {
  const { stage, line } = opened();
  stage.pass(10_000);
  line.wake();
  assert.equal(stage.calls, 0);
});

test("waking up after a long sleep does not", () => {
  const { stage, line } = opened();
  stage.pass(30_000);
  line.wake();
  assert.equal(stage.calls, 1);
});

test("another network means another call", () => {
  const { stage, line } = opened();
  line.renew();
  assert.equal(stage.calls, 1);
});

test("a page that is put away hangs up, and calls nobody", () => {
  const { stage, line } = opened();
  line.rest();
  line.closed();
  stage.pass(3_600_000);
  assert.deepEqual([stage.hungUp, stage.calls], [1, 0]);
});

test("a page that is put away during a pause does not call either", () => {
  const { stage, line } = opened();
  line.closed();
  line.rest();
  stage.pass(60_000);
  assert.equal(stage.calls, 0);
});

test("taken out again it calls at once", () => {
  const { stage, line } = opened();
  line.rest();
  line.renew();
  assert.equal(stage.calls, 1);
});

test("looked at again it calls too, if nobody said that it was taken out", () => {
  const { stage, line } = opened();
  line.rest();
  line.wake();
  assert.equal(stage.calls, 1);
});

test("after an hour's sleep the first glance at the clock calls", () => {
  const { stage } = opened();
  stage.sleep(3_600_000);
  stage.pass(0);
  assert.deepEqual([stage.calls, stage.shown], [1, false]);
});

test("a line that is over stays over", () => {
  const { stage, line } = opened();
  line.end();
  line.closed();
  line.rest();
  line.wake();
  line.renew();
  stage.pass(100_000);
  assert.equal(stage.calls, 0);
  assert.equal(stage.shown, false);
});

test("hearing something shows the line as live again", () => {
  const { stage, line } = opened();
  stage.shown = false;
  line.heard();
  assert.equal(stage.shown, true);
});
