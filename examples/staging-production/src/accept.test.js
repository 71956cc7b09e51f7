import assert from "node:assert/strict";
import test from "node:test";

import { record } from "./accept.js";

test("an order becomes a record with the number of its items", () => {
  const event = { body: JSON.stringify({ id: 7, items: ["tea", "milk"] }) };
  assert.deepEqual(record(event), { id: { S: "7" }, items: { N: "2" } });
});
