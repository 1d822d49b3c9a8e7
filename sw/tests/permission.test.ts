import assert from "node:assert/strict";
import { test } from "node:test";
import type { Asked } from "../asking.ts";
import { type Answered, permit } from "../permission.ts";

const OWNER = "3f2a9c01d4e5";
const PAGE: Asked = {
  method: "GET",
  mode: "navigate",
  url: "https://hub.test/orders",
  headers: new Headers(),
};
const TOLD = {
  "Content-Type": "text/html; charset=utf-8",
  "Cache-Control": "no-store",
  "Worker-Cache-Control": "private, max-age=43200",
  "Worker-Cache-Owner": OWNER,
};

function answered(headers: Record<string, string> = {}, more: Partial<Answered> = {}): Answered {
  return {
    status: 200,
    redirected: false,
    type: "basic",
    headers: new Headers({ ...TOLD, ...headers }),
    ...more,
  };
}

test("a page that says for whom and how long may be kept", () => {
  assert.deepEqual(permit(PAGE, answered()), { owner: OWNER, seconds: 43_200 });
});

const refused: Record<string, [Partial<Asked>, Answered]> = {
  "a form that was posted": [{ method: "POST" }, answered()],
  "a fragment": [{ headers: new Headers({ "HX-Request": "true" }) }, answered()],
  "a refusal": [{}, answered({}, { status: 403 })],
  "a fault": [{}, answered({}, { status: 500 })],
  "the page of another address": [{}, answered({}, { redirected: true })],
  "a redirect": [{}, answered({}, { status: 0, type: "opaqueredirect" })],
  "another host": [{}, answered({}, { type: "cors" })],
  "what is no page": [{}, answered({ "Content-Type": "application/json" })],
  "a page that says nothing of the worker": [{}, answered({ "Worker-Cache-Control": "" })],
  "a page that says no-store to the worker": [{}, answered({ "Worker-Cache-Control": "no-store" })],
  "a page that says both": [{}, answered({ "Worker-Cache-Control": "private, no-store, max-age=60" })],
  "a page for everybody": [{}, answered({ "Worker-Cache-Control": "public, max-age=60" })],
  "a page without an end": [{}, answered({ "Worker-Cache-Control": "private" })],
  "a page of no moment": [{}, answered({ "Worker-Cache-Control": "private, max-age=0" })],
  "a page of nobody": [{}, answered({ "Worker-Cache-Owner": "" })],
  "a page of an owner that is none": [{}, answered({ "Worker-Cache-Owner": "../pages" })],
};
for (const [what, [asked, answer]] of Object.entries(refused)) {
  test(`${what} is not kept`, () => assert.equal(permit({ ...PAGE, ...asked }, answer), undefined));
}
