import assert from "node:assert/strict";
import { test } from "node:test";

const site = process.env.BASE_URL;

test("the page is there", { skip: !site && "BASE_URL is set by the pipeline" }, async () => {
  const answer = await fetch(site);
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /<title>Shop<\/title>/);
});
