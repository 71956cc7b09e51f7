const PAGE = /^[a-z0-9-]{1,64}$/;

/**
 * Makes the function's handler. The store is given, so that the tests need neither AWS nor its SDK.
 *
 * @param {{ increment(page: string): Promise<number> }} store
 * @param {(entry: object) => void} log
 */
export function counter(store, log) {
  return async (event) => {
    const page = event.pathParameters?.page ?? "";
    if (!PAGE.test(page)) {
      return answer(400, { error: "a page is 1 to 64 of a-z, 0-9 and -" });
    }
    const visits = await store.increment(page);
    log({ page, visits });
    return answer(200, { page, visits });
  };
}

function answer(statusCode, body) {
  return { statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
