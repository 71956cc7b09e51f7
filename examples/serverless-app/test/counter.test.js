import assert from "node:assert/strict";
import { test } from "node:test";
import { counter } from "../src/counter.js";

function inMemory() {
  const visits = new Map();
  return {
    async increment(page) {
      visits.set(page, (visits.get(page) ?? 0) + 1);
      return visits.get(page);
    },
  };
}

const post = (page) => ({ pathParameters: { page } });

test("counts each page for itself", async () => {
  const handler = counter(inMemory(), () => {});
  await handler(post("home"));
  await handler(post("about"));
  const answer = await handler(post("home"));
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(JSON.parse(answer.body), { page: "home", visits: 2 });
});

test("refuses a page name that the table should not hold", async () => {
  const store = { increment: () => assert.fail("the store must not be asked") };
  const handler = counter(store, () => {});
  for (const page of ["", "../etc", "Home", "x".repeat(65)]) {
    assert.equal((await handler(post(page))).statusCode, 400, page);
  }
});

test("logs what it counted", async () => {
  const entries = [];
  const handler = counter(inMemory(), (entry) => entries.push(entry));
  await handler(post("home"));
  assert.deepEqual(entries, [{ page: "home", visits: 1 }]);
});

test("lets a failing store fail the call, so that Lambda counts the error", async () => {
  const store = { increment: () => Promise.reject(new Error("throttled")) };
  await assert.rejects(counter(store, () => {})(post("home")), /throttled/);
});
