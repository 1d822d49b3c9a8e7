import assert from "node:assert/strict";
import { test } from "node:test";
import { offlinePage } from "../offline_page.ts";

const PAGE =
  '<section id="tried-read" hidden>r</section><section id="tried-send" hidden>s</section>' +
  '<section id="tried-leave" hidden>l</section><nav id="kept-pages" class="card" hidden><ul id="kept-list"></ul></nav>';
const WALL = { address: "https://hub.test/wall?role=a&b=%22", title: "Tasks &amp; more", at: 0 };

for (const tried of ["read", "send", "leave"] as const) {
  test(`whoever tried to ${tried} is told about that only`, () => {
    const html = offlinePage(PAGE, tried, []);
    assert.match(html, new RegExp(`<section id="tried-${tried}">`));
    assert.equal(html.match(/ hidden/g)?.length, 3);
  });
}
test("what is kept is offered", () => {
  const html = offlinePage(PAGE, "read", [WALL]);
  assert.match(html, /<nav id="kept-pages" class="card"><ul id="kept-list"><li>/);
  assert.match(html, /href="\/wall\?role=a&#38;b=%22"><b class="g">Tasks &amp; more<\/b>/);
});
test("a page without a title is called by its address", () => {
  assert.match(offlinePage(PAGE, "read", [{ ...WALL, title: "" }]), /<b class="g">\/wall<\/b>/);
});
test("a dozen are enough", () => {
  assert.equal(offlinePage(PAGE, "read", Array(40).fill(WALL)).match(/<li>/g)?.length, 12);
});
