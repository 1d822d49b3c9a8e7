// Stretches of time read the same whether server or page wrote them: tests/rendering/test_formats.py takes the same cases.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { duration, shortDuration } from "../src/duration.ts";
import { speak } from "../src/words.ts";

type Language = { words: Record<string, string>; cases: [number, string, string, string][] };
const known: Record<string, Language> = JSON.parse(
  readFileSync(new URL("durations.json", import.meta.url), "utf8"),
);

for (const [lang, { words, cases }] of Object.entries(known)) {
  const say = speak(words);
  test(`durations in ${lang} are those of the server`, () => {
    for (const [seconds, long, amount, unit] of cases) {
      assert.equal(duration(seconds, say), long);
      assert.deepEqual(shortDuration(seconds, say), { amount, unit });
    }
  });
}
