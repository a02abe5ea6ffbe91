/**
 * Compares what two builds say of the same processes, to show that a change of the source changed no answer:
 *
 *     node scripts/compare-inspections.js <checkout> <other checkout> [<pid…>]
 *
 * Without a pid: of the captured processes in fixtures/gshell (as root), and of the listings in fixtures/saved that the first build reads.
 * Only fields that the first build has are compared, so additions do not count; words (`because`, `title`, `evidence`, `advice`, …),
 * times and queues that move by themselves are masked. Prints each difference, and ends with 1 when there is one.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Words, and what is another at every look. */
const MASKED = new Set([
  'because',
  'title',
  'evidence',
  'checked',
  'advice',
  'remedy',
  'version',
  'takenAt',
  'secondLookAt',
  'tookMs',
  'looksApartMs',
  'options',
  'sinceDataMs',
  'sinceAckMs',
  'sinceReceivedMs',
  'sinceSentMs',
  'idleMs',
  'recvQueueBytes',
  'sendQueueBytes',
  'kernelOwned',
  'startedAt',
  'startTicks',
  'used',
]);

/** What is shown of a value; the whole may be a document. */
const LONGEST = 200;

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const IN_NAMESPACES = ['--mount', '--pid', '--fork', '--mount-proc'];

/**
 * What a command prints, as JSON; null where it prints none.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {unknown}
 */
function readJson(command, args) {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (stdout !== '') return JSON.parse(stdout);
  process.stderr.write(stderr);
  return null;
}

/**
 * @param {string} checkout
 * @param {readonly string[]} args
 * @returns {unknown}
 */
const inspect = (checkout, args) =>
  readJson(process.execPath, [`${checkout}/bin/fdleak.js`, 'inspect', '--json', ...args]);

/** @typedef {{ name: string, ask: (checkout: string) => unknown }} Subject what a build may be asked of */

/**
 * @param {string} pid
 * @returns {Subject}
 */
const toProcess = (pid) => ({
  name: pid,
  ask: (checkout) => inspect(checkout, [pid, '--sources', 'proc,autopsy,lsof,ss,prlimit']),
});

/** @returns {Subject[]} */
function listFixtures() {
  const captures = readdirSync(`${ROOT}fixtures/gshell`, { withFileTypes: true }).filter((one) => one.isDirectory());
  const listings = readdirSync(`${ROOT}fixtures/saved`).filter((name) => /^\d/.test(name));
  return [
    ...captures.map(({ name }) => ({
      name: `gshell/${name}`,
      ask: (/** @type {string} */ checkout) =>
        readJson('unshare', [
          ...IN_NAMESPACES,
          `${ROOT}scripts/inspect-capture.sh`,
          checkout,
          `${ROOT}fixtures/gshell/${name}`,
        ]),
    })),
    ...listings.map((name) => ({
      name: `saved/${name}`,
      ask: (/** @type {string} */ checkout) => inspect(checkout, ['--from', `${ROOT}fixtures/saved/${name}`]),
    })),
  ];
}

/** @param {unknown} value */
const toShort = (value) => (value === undefined ? 'nothing' : JSON.stringify(value)).slice(0, LONGEST);

/**
 * Names where `after` differs from `before`.
 *
 * @param {unknown} before
 * @param {unknown} after
 * @param {string} path
 * @returns {string[]}
 */
function differences(before, after, path = '') {
  if (path.endsWith('.sources') && Array.isArray(before) && Array.isArray(after)) {
    const names = new Set(before.map(({ name }) => name));
    return differences(
      [...before],
      after.filter(({ name }) => names.has(name)),
      `${path} `,
    );
  }
  if (before === null || typeof before !== 'object' || after === null || typeof after !== 'object')
    return Object.is(before, after) ? [] : [`${path}: ${toShort(before)} -> ${toShort(after)}`];
  const now = new Map(Object.entries(after));
  const found = Object.entries(before)
    .filter(([name]) => !MASKED.has(name))
    .flatMap(([name, value]) => differences(value, now.get(name), `${path}.${name}`));
  const isLonger = Array.isArray(before) && Array.isArray(after) && after.length > before.length;
  return isLonger ? [...found, `${path}: ${after.length - before.length} more`] : found;
}

const [before, after, ...pids] = process.argv.slice(2);
if (before === undefined || after === undefined) {
  process.stderr.write('usage: node scripts/compare-inspections.js <checkout> <other checkout> [<pid…>]\n');
  process.exitCode = 2;
} else {
  for (const { name, ask } of pids.length > 0 ? pids.map(toProcess) : listFixtures()) {
    const was = ask(before);
    const found = was === null ? [] : differences(was, ask(after));
    const result = found.length === 0 ? 'the same' : `${found.length} differences`;
    process.stdout.write(`${name}: ${was === null ? 'the first build says nothing' : result}\n`);
    for (const one of found) process.stdout.write(`  ${one}\n`);
    if (found.length > 0) process.exitCode = 1;
  }
}
