import assert from "node:assert/strict";
import { test } from "node:test";
import { told } from "../telling.ts";

const AT = Date.parse("2026-11-22T05:51:20Z");
const HOUR = 3_600_000;
const PAGE =
  '<html lang="en"><body class="app" data-now="2026-11-22T05:51:22.000+00:00">' +
  '<p id="kept" class="banner" hidden><b>Kept</b><time id="kept-at"></time></p><p hidden>x</p></body></html>';

test("a kept page says so, and of when", () => {
  const html = told(PAGE, AT, AT + HOUR);
  assert.match(html, /<p id="kept" class="banner">/);
  assert.match(html, /<time id="kept-at">11\/22, \d\d:51<\/time>/);
});
test("nothing else is shown", () => assert.match(told(PAGE, AT, AT), /<p hidden>x<\/p>/));
test("its clock goes on, by the hub's time", () => {
  assert.match(told(PAGE, AT, AT + HOUR), / data-now="2026-11-22T06:51:22\.000Z"/);
});
test("a page without a clock stays without", () => {
  assert.equal(told('<body data-now="">', AT, AT + HOUR), '<body data-now="">');
});
