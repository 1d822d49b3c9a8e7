import assert from "node:assert/strict";
import { test } from "node:test";
import type { Asked } from "../asking.ts";
import { endsByAnswer, endsByAsking, isLeaving } from "../visits.ts";

function asked(method: string, path: string): Asked {
  return { method, mode: "navigate", url: `https://hub.test${path}`, headers: new Headers() };
}

test("signing out ends a visit, even if nobody hears it", () => {
  assert.ok(endsByAsking(asked("POST", "/sign-out")));
  assert.ok(isLeaving(asked("POST", "/sign-out")));
});
test("so does somebody who signs in", () => assert.ok(endsByAsking(asked("POST", "/sign-in"))));
test("looking at the sign-in page does not yet", () => {
  assert.ok(!endsByAsking(asked("GET", "/sign-in?next=/orders")));
});
test("being shown the sign-in form does: it is shown to nobody who is signed in", () => {
  assert.ok(endsByAnswer(asked("GET", "/sign-in?next=/orders"), 200));
});
test("being led on from the sign-in page does not", () => {
  assert.ok(!endsByAnswer(asked("GET", "/sign-in"), 0));
});
test("a 401 anywhere does", () => assert.ok(endsByAnswer(asked("GET", "/orders"), 401)));
test("another form does not", () => {
  assert.ok(!endsByAsking(asked("POST", "/me/language")));
  assert.ok(!endsByAnswer(asked("GET", "/orders"), 403));
});
