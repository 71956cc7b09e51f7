import assert from "node:assert/strict";
import { test } from "node:test";

import { gross } from "../../src/price.mjs";

test("tax is rounded to whole cents", () => {
  assert.equal(gross(999, 19), 1189);
});
