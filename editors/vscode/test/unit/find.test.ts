import assert from 'node:assert/strict';
import { test } from 'node:test';
import { find, isOlder, type Surroundings, versionOf } from '../../src/find';

function around(files: string[], more: Partial<Surroundings> = {}): Surroundings {
  return {
    setting: '', trustedFolders: ['/work'], extension: '/extension', path: '/usr/bin:relative:/opt/bin', platform: 'linux',
    isFile: path => files.includes(path), ...more,
  };
}

const WORKSPACE = '/work/node_modules/.bin/dotpipe';
const BUNDLED = '/extension/bin/dotpipe';

test('the setting comes first, and nothing replaces it', () => {
  assert.deepEqual(find(around(['/own', WORKSPACE], { setting: '/own' })), { program: '/own', origin: 'setting' });
  assert.deepEqual(find(around([WORKSPACE], { setting: '/own' })), { missing: ['/own (setting dotpipe.path)'] });
  const setting = '${workspaceFolder}/bin/dotpipe';
  assert.deepEqual(find(around(['/work/bin/dotpipe'], { setting })), { program: '/work/bin/dotpipe', origin: 'setting' });
});

test('then the workspace, the extension, and PATH', () => {
  assert.deepEqual(find(around([WORKSPACE, BUNDLED, '/opt/bin/dotpipe'])), { program: WORKSPACE, origin: 'workspace' });
  assert.deepEqual(find(around([BUNDLED, '/opt/bin/dotpipe'])), { program: BUNDLED, origin: 'bundled' });
  assert.deepEqual(find(around(['/opt/bin/dotpipe'])), { program: '/opt/bin/dotpipe', origin: 'PATH' });
});

test('a workspace that is not trusted brings no program', () => {
  assert.deepEqual(find(around([WORKSPACE, BUNDLED], { trustedFolders: [] })), { program: BUNDLED, origin: 'bundled' });
});

test('what was looked for is said', () => {
  assert.deepEqual(find(around([])), { missing: [WORKSPACE, BUNDLED, 'dotpipe on PATH'] });
});

test('Windows has names of its own', () => {
  const given = { platform: 'win32' as const, trustedFolders: ['C:\\work'], path: 'C:\\bin;D:\\bin' };
  const found = find(around(['D:\\bin\\dotpipe.exe'], given));
  assert.deepEqual(found, { program: 'D:\\bin\\dotpipe.exe', origin: 'PATH' });
  const ofWorkspace = find(around(['C:\\work\\node_modules\\.bin\\dotpipe.cmd'], given));
  assert.deepEqual(ofWorkspace, { program: 'C:\\work\\node_modules\\.bin\\dotpipe.cmd', origin: 'workspace' });
});

test('versions are compared by number', () => {
  assert.ok(isOlder('0.9.0', '0.10.0'));
  assert.ok(!isOlder('0.10.0', '0.9.9'));
  assert.ok(!isOlder('1.2.3', '1.2.3'));
  assert.ok(!isOlder('1.2.3-dev', '1.2.3'));
});

test('another program is not taken for dotpipe', async () => {
  await assert.rejects(versionOf(process.execPath), /prints/);
  await assert.rejects(versionOf('/nowhere/dotpipe'), /ENOENT/);
});
