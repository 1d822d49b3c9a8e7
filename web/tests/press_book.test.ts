import assert from "node:assert/strict";
import { test } from "node:test";
import { type Press, PressBook } from "../src/press_book.ts";

const NOW = 1_000_000;

function book(): PressBook {
  const held = new Map<string, string>();
  return new PressBook({
    getItem: (name) => held.get(name) ?? null,
    setItem: (name, value) => held.set(name, value),
    removeItem: (name) => held.delete(name),
  });
}

function press(key: string, more: Partial<Press> = {}): Press {
  return { key, path: "/moves", body: `key=${key}`, person: "person:12", at: NOW, ...more };
}

test("an empty book has nothing to send", () => assert.deepEqual(book().open("person:12", NOW), []));
test("what is written is sent, in order", () => {
  const pages = book();
  for (const key of ["a", "b"]) pages.write(press(key));
  assert.deepEqual(pages.open("person:12", NOW), [press("a"), press("b")]);
});
test("what got its answer is not", () => {
  const pages = book();
  for (const key of ["a", "b"]) pages.write(press(key));
  pages.strike("a");
  assert.deepEqual(pages.open("person:12", NOW), [press("b")]);
});
test("the same press twice is one", () => {
  const pages = book();
  pages.write(press("a"));
  pages.write(press("a"));
  assert.equal(pages.open("person:12", NOW).length, 1);
});
test("a press stays in the book until its outcome is known", () => {
  const pages = book();
  pages.write(press("a"));
  pages.open("person:12", NOW);
  assert.equal(pages.open("person:12", NOW).length, 1);
});
test("whoever leaves leaves nothing behind", () => {
  const pages = book();
  pages.write(press("a"));
  pages.burn();
  assert.deepEqual(pages.open("person:12", NOW), []);
});
test("nobody sends what somebody else pressed", () => {
  const pages = book();
  pages.write(press("a"));
  assert.deepEqual(pages.open("person:13", NOW), []);
  assert.deepEqual(pages.open("person:12", NOW), []);
});
test("nobody sends what was meant a minute ago", () => {
  const pages = book();
  pages.write(press("a"));
  assert.deepEqual(pages.open("person:12", NOW + 60_000), []);
});
