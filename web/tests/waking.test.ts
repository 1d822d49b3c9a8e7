import assert from "node:assert/strict";
import { test } from "node:test";
import { followSleep } from "../src/waking.ts";

class Sheet extends EventTarget {
  hidden = false;
}

/** A page, what its line is told, and a way to let things happen to it. */
function page() {
  const told: string[] = [];
  const [window, sheet] = [new EventTarget(), new Sheet()];
  const sleeper = {
    rest: () => told.push("rest"),
    wake: () => told.push("wake"),
    renew: () => told.push("renew"),
  };
  followSleep(sleeper, window, sheet);
  const happens = (target: EventTarget, name: string, more = {}) => {
    target.dispatchEvent(Object.assign(new Event(name), more));
    return told;
  };
  return { window, sheet, happens };
}

test("another network is another socket", () => {
  const { window, happens } = page();
  assert.deepEqual(happens(window, "online"), ["renew"]);
});
test("a page that is put away for the Back button rests, and comes back renewed", () => {
  const { window, happens } = page();
  happens(window, "pagehide", { persisted: true });
  assert.deepEqual(happens(window, "pageshow", { persisted: true }), ["rest", "renew"]);
});
test("a page that is gone or new does nothing of the kind", () => {
  const { window, happens } = page();
  happens(window, "pageshow", { persisted: false });
  assert.deepEqual(happens(window, "pagehide", { persisted: false }), []);
});
test("a frozen page rests until it thaws", () => {
  const { sheet, happens } = page();
  happens(sheet, "freeze");
  assert.deepEqual(happens(sheet, "resume"), ["rest", "renew"]);
});
test("a page that is looked at again wakes its line", () => {
  const { sheet, happens } = page();
  sheet.hidden = true;
  happens(sheet, "visibilitychange");
  sheet.hidden = false;
  assert.deepEqual(happens(sheet, "visibilitychange"), ["wake"]);
});
