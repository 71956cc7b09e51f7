import { record } from "./src/accept.js";

const count = Number(process.argv[2]);
const start = performance.now();
for (let id = 0; id < count; id += 1) {
  record({ body: JSON.stringify({ id, items: ["tea"] }) });
}
const each = (performance.now() - start) / count;
console.log(`${count} orders, ${each.toFixed(4)} ms each`);
process.exit(each < 0.1 ? 0 : 1);
