#!/usr/bin/env node
// Runs the program from the package for this platform, which npm installed next to this package.
'use strict';

const { spawnSync } = require('node:child_process');

const name = `@dotpipe/${process.platform}-${process.arch}`;
const program = process.platform === 'win32' ? 'dotpipe.exe' : 'dotpipe';

function fail(reason) {
  console.error(`error: ${reason}`);
  process.exit(2);
}

let file;
try {
  file = require.resolve(`${name}/bin/${program}`);
} catch {
  fail(`the package \`${name}\` is not installed. npm installs it with \`dotpipe\` unless optional dependencies are omitted, or the platform is not supported`);
}

const done = spawnSync(file, process.argv.slice(2), { stdio: 'inherit' });
if (done.error) {
  fail(`\`${file}\` cannot be started: ${done.error.message}`);
}
if (done.signal) {
  process.kill(process.pid, done.signal);
}
process.exit(done.status ?? 2);
