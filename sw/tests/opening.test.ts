import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage, sendForm, type Ways } from "../opening.ts";

const said =
  (text: string, status = 200) =>
  async () =>
    new Response(text, { status });
const never = () => new Promise<never>(() => {});
const fails = async () => {
  throw new TypeError("Failed to fetch");
};

function ways(more: Partial<Ways>): Ways {
  return { network: fails, kept: async () => undefined, offline: said("offline"), patience: never, ...more };
}

async function shown(more: Partial<Ways>): Promise<string> {
  return (await openPage(ways(more))).text();
}

test("the network comes first", async () => {
  assert.equal(await shown({ network: said("new"), kept: said("kept") }), "new");
});
test("even when it refuses", async () => {
  assert.equal(await shown({ network: said("not allowed", 403), kept: said("kept") }), "not allowed");
});
test("without network the kept page is shown", async () =>
  assert.equal(await shown({ kept: said("kept") }), "kept"));
test("without either, an honest word", async () => assert.equal(await shown({}), "offline"));
test("a network that dawdles is not waited for", async () => {
  assert.equal(await shown({ network: never, patience: async () => undefined, kept: said("kept") }), "kept");
});
test("unless there is nothing else to show", async () => {
  const slow = async () => {
    await new Promise(setImmediate);
    return new Response("at last");
  };
  assert.equal(await shown({ network: slow, patience: async () => undefined }), "at last");
});
for (const status of [502, 504]) {
  test(`a proxy without a hub (${status}) is no network`, async () => {
    assert.equal(await shown({ network: said("bad gateway", status), kept: said("kept") }), "kept");
  });
}
test("but its word is shown when there is no other", async () => {
  assert.equal(await shown({ network: said("bad gateway", 502) }), "bad gateway");
});

test("a form goes to the network", async () => {
  assert.equal(await (await sendForm(ways({ network: said("done") }))).text(), "done");
});
test("and without it nothing kept is shown as its answer", async () => {
  assert.equal(await (await sendForm(ways({ kept: said("kept") }))).text(), "offline");
});
