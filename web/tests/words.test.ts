import assert from "node:assert/strict";
import { test } from "node:test";
import { speak } from "../src/words.ts";

const say = speak({ ago: "{d}前", twice: "{n} and {n}" });

test("placeholders are filled", () => assert.equal(say("ago", { d: "6 分钟" }), "6 分钟前"));
test("every one of them", () => assert.equal(say("twice", { n: 2 }), "2 and 2"));
test("what nobody gave stays visible", () => assert.equal(say("ago"), "{d}前"));
test("a missing word shows its key", () => assert.equal(say("nothing"), "nothing"));
