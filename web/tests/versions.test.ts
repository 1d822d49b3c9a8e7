import assert from "node:assert/strict";
import { test } from "node:test";
import { compare, judge } from "../src/versions.ts";

test("a higher number is newer", () => assert.equal(compare("7f3a.12", "7f3a.9"), "newer"));
test("a lower number is older", () => assert.equal(compare("7f3a.9", "7f3a.12"), "older"));
test("the same number holds the same data", () => assert.equal(compare("7f3a.9", "7f3a.9"), "older"));
test("another database is another story", () => assert.equal(compare("0c11.12", "7f3a.9"), "other"));
test("numbers beyond a double are told apart", () => {
  assert.equal(compare("7f3a.9007199254740993", "7f3a.9007199254740992"), "newer");
});
test("an identity may hold dots", () => assert.equal(compare("a.b.2", "a.b.1"), "newer"));
test("anything is newer than no number", () => assert.equal(compare("7f3a.0", "7f3a.x"), "newer"));
test("a page without a version takes what comes by the ordinary way", () => {
  assert.equal(compare("7f3a.1", ""), "other");
});

test("what is newer is taken, however it came", () => {
  assert.deepEqual([judge("db.2", "db.1", false), judge("db.2", "db.1", true)], ["take", "take"]);
});
test("what is older or the same is dropped, however it came", () => {
  assert.deepEqual([judge("db.1", "db.2", false), judge("db.2", "db.2", true)], ["drop", "drop"]);
});
test("another database is asked for, and believed when it answers", () => {
  assert.deepEqual([judge("restored.1", "db.9", false), judge("restored.1", "db.9", true)], ["ask", "take"]);
});
