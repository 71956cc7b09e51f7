// Serves the page, and pages beside it, on this machine.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".wasm": "application/wasm" };

/** Starts to serve a folder; `others` are the texts or files of other paths. */
export async function serve(site, others = {}) {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, "http://page").pathname);
    const other = others[path];
    const file = join(site, path.replace(/^\/playground\//, "/").replace(/\/$/, "/index.html"));
    try {
      const bytes = other?.text ?? readFileSync(other?.file ?? file);
      response.writeHead(200, { "content-type": other?.text ? "text/html" : (types[extname(file)] ?? "text/plain") }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { address: `http://127.0.0.1:${server.address().port}/`, close };
}
