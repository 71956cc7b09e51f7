// Bundles the extension and the unit tests, each in one file.
import { cpSync, readdirSync } from 'node:fs';
import { build } from 'esbuild';

const common = { bundle: true, platform: 'node', format: 'cjs', target: 'node18', logLevel: 'warning' };
await build({ ...common, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js', external: ['vscode'], minify: true });
const tests = readdirSync('test/unit').filter(name => name.endsWith('.test.ts')).map(name => `test/unit/${name}`);
await build({ ...common, entryPoints: tests, outdir: 'dist/test' });
for (const name of ['LICENSE-APACHE', 'LICENSE-MIT']) cpSync(`../../${name}`, `dist/${name}`);
