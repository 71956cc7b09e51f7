import assert from "node:assert/strict";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

// The tests come from the artifact `TestKit`, the code from the checkout.
const root = pathToFileURL(`${process.env.CODEBUILD_SRC_DIR ?? process.cwd()}/`);

test("a cart adds up", async () => {
  const { gross } = await import(new URL("src/price.mjs", root));
  assert.equal(gross(100, 19) + gross(200, 7), 333);
});
