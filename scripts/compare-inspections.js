/**
 * Compares what two builds say of the same processes, to show that a change of the source changed no answer:
 *
 *     node scripts/compare-inspections.js <checkout> <other checkout> <pid…>
 *
 * Only fields that the first build has are compared, so that additions are none; words (`because`, `title`, `evidence`, `advice`, …),
 * times and queues that move by themselves are masked. Prints each difference, and ends with 1 when there is one.
 */
import { spawnSync } from 'node:child_process';

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
]);

/**
 * @param {string} checkout
 * @param {string} pid
 * @returns {unknown}
 */
function inspect(checkout, pid) {
  const args = [`${checkout}/bin/fdleak.js`, 'inspect', pid, '--json', '--sources', 'proc,autopsy,lsof,ss,prlimit'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (stdout === '') throw new Error(`${checkout} says nothing of ${pid}: ${stderr}`);
  return JSON.parse(stdout);
}

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
    return Object.is(before, after) ? [] : [`${path}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`];
  const now = new Map(Object.entries(after));
  const found = Object.entries(before)
    .filter(([name]) => !MASKED.has(name))
    .flatMap(([name, value]) => differences(value, now.get(name), `${path}.${name}`));
  const isLonger = Array.isArray(before) && Array.isArray(after) && after.length > before.length;
  return isLonger ? [...found, `${path}: ${after.length - before.length} more`] : found;
}

const [before = '', after = '', ...pids] = process.argv.slice(2);
if (pids.length === 0) {
  process.stderr.write('usage: node scripts/compare-inspections.js <checkout> <other checkout> <pid…>\n');
  process.exitCode = 2;
}
for (const pid of pids) {
  const found = differences(inspect(before, pid), inspect(after, pid));
  process.stdout.write(`${pid}: ${found.length === 0 ? 'the same' : `${found.length} differences`}\n`);
  for (const one of found) process.stdout.write(`  ${one}\n`);
  if (found.length > 0) process.exitCode = 1;
}
