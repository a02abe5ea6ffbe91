/**
 * Installs what the tests need of the system, where that is allowed: as root, or with sudo that asks nothing, by apt.
 *
 *     node scripts/install-tools.js test [long]
 *
 * Says in one line each what it does and what stays missing. Tests that need what is missing are skipped, and with CI=true there is nothing
 * to skip: it fails.
 */
import { spawnSync } from 'node:child_process';
import { isThere, TOOLS } from './tools.js';

const wanted = Object.entries(TOOLS).flatMap(([set, tools]) =>
  process.argv.includes(set) ? Object.entries(tools) : [],
);
const listMissing = () => wanted.filter(([command]) => !isThere(command));

const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
const mayInstall = isThere('apt-get') && (asRoot.length === 0 || spawnSync('sudo', ['-n', 'true']).status === 0);

function apt(...args) {
  const [command = '', ...rest] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...args];
  const { status, stderr } = spawnSync(command, rest, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) console.error(`tools: apt-get ${args.join(' ')}: ${stderr.trim().split('\n').at(-1)}`);
}

if (listMissing().length > 0 && mayInstall) {
  apt('update');
  const packages = new Set(listMissing().map(([, name]) => name));
  // One by one: util-linux-extra, for one, is part of util-linux on older releases.
  for (const name of packages) {
    console.log(`tools: installing ${name} with apt`);
    apt('install', '-y', '--no-install-recommends', ...name.split(' '));
  }
}

const missing = listMissing();
for (const [command, name] of missing) {
  console.error(`tools: ${command} is missing: tests that need it are skipped; apt-get install ${name}`);
}
if (missing.length > 0 && process.env['CI'] === 'true') process.exitCode = 1;
