import { it } from 'vitest';
import { startProgram } from '../e2e/field/start-program.ts';
import { toStage } from '../e2e/watching.ts';

/** A leak of the wild, at one a second, and the places that a watch has to name. */
interface WatchCase {
  readonly file: string;
  readonly args: readonly string[];
  readonly tools: string[];
  readonly leaks: readonly RegExp[];
}

const PYTHON = ['python3'];
/** How many at first and how many a second; the others know how long they run. */
const SERVICE = ['20', '1'];
const NATIVE = ['1', '170'];

const CASES: readonly WatchCase[] = [
  {
    file: 's-01-go-unclosed-body.go',
    args: SERVICE,
    tools: ['go'],
    leaks: [/^tcp to 127\.0\.0\.1:\d+ \(established\)/],
  },
  {
    file: 's-02-java-close-wait.java',
    args: SERVICE,
    tools: ['javac'],
    leaks: [/^tcp accepted on 127\.0\.0\.1:\d+ \(peer-closed\)/],
  },
  {
    file: 's-04-half-closed-tunnel.go',
    args: SERVICE,
    tools: ['go'],
    leaks: [/^tcp accepted on .*\(peer-closed\)/, /^tcp to .*\(half-closed\)/],
  },
  { file: 's-05-udp-per-flush.mjs', args: SERVICE, tools: [], leaks: [/^udp on 0\.0\.0\.0:\* \(datagram\)/] },
  { file: 's-09-netlink.py', args: SERVICE, tools: PYTHON, leaks: [/^netlink route \(datagram\)/] },
  { file: 's-20-client-pool-close-wait.py', args: SERVICE, tools: PYTHON, leaks: [/^tcp to .*\(peer-closed\)/] },
  { file: 's-21-unread-body.mjs', args: SERVICE, tools: [], leaks: [/^tcp to 127\.0\.0\.1:\d+ \(established\)/] },
  { file: 'n-01-deleted-logs.py', args: NATIVE, tools: PYTHON, leaks: [/access\.log-# \((?:deleted )?file\)/] },
  { file: 'n-03-selectors.java', args: NATIVE, tools: ['javac'], leaks: [/^epoll: /, /^eventfd: /] },
  { file: 'n-12-jars.java', args: NATIVE, tools: ['javac'], leaks: [/plugin\.jar/, /dep\.jar/] },
  {
    file: 'n-17-dirs.c',
    args: NATIVE,
    tools: ['gcc'],
    leaks: [/^\/var\/lib \(directory\)/, /^\/proc\/# \(directory\)/],
  },
  { file: 'n-21-threadtable.c', args: NATIVE, tools: ['gcc'], leaks: [/^pipe: /] },
  { file: 's-06-udp-connected.py', args: SERVICE, tools: PYTHON, leaks: [/^udp to 127\.0\.0\.1:\d+ \(datagram\)/] },
  { file: 's-17-connect-retry.c', args: SERVICE, tools: ['gcc'], leaks: [/^tcp .*\(connect-failed\)/] },
  { file: 'n-04-pidfd.py', args: NATIVE, tools: PYTHON, leaks: [/^pidfd/] },
  { file: 'n-05-procstat.py', args: NATIVE, tools: PYTHON, leaks: [/^\/proc\/#\/(?:task\/#\/)?stat/] },
  { file: 'n-09-pipes.py', args: NATIVE, tools: PYTHON, leaks: [/^pipe/] },
  { file: 'n-14-memfd.py', args: NATIVE, tools: PYTHON, leaks: [/memfd/] },
  { file: 's-15-channel-per-call.mjs', args: SERVICE, tools: [], leaks: [/^tcp to 127\.0\.0\.1:\d+ \(established\)/] },
  // Its clients vanish without a packet, which their absence from this host tells.
  {
    file: 's-03-half-open.py',
    args: SERVICE,
    tools: PYTHON,
    leaks: [/^tcp accepted on 127\.0\.0\.1:\d+ \(peer-gone\)/],
  },
  { file: 'n-20-huge.py', args: ['20', '170'], tools: PYTHON, leaks: [/^\/proc\/#\/stat \(file\)/] },
];

/** Healthy ones, which are never accused: stores, saw-teeth, old workers that serve to the end. */
const HEALTHY: readonly (Omit<WatchCase, 'leaks'> & { readonly more?: readonly string[] })[] = [
  { file: 'n-11-lsm-healthy.py', args: ['170'], tools: PYTHON },
  { file: 'n-15-zoo.c', args: ['170'], tools: ['gcc'] },
  { file: 'n-19-gc-sawtooth.java', args: NATIVE, tools: ['javac'] },
  { file: 's-13-nginx-reload.py', args: ['10'], tools: ['python3', 'nginx'], more: ['--children'] },
];

for (const { file, args, tools, leaks } of CASES) {
  it.concurrent(
    `a watch of ${file} says LEAK, and names its places`,
    { timeout: 240_000, tags: tools },
    async ({ expect, onTestFinished }) => {
      const stage = toStage({ onTestFinished });
      const { pid } = await startProgram(file, args, { onTestFinished });
      const plain = ['--format', 'plain', '-q', '--no-history'];
      const watching = stage.watch([`${pid}`, '--interval', '2s', '--duration', '110s', ...plain]);
      expect(await watching.ended, watching.stdout).toBe(1);
      const said = watching.stdout.split('\n').flatMap((line) => /^ {2}leaks: (.*)/.exec(line)?.[1] ?? []);
      for (const place of leaks) expect(said, watching.stdout).toContainEqual(expect.stringMatching(place));
    },
  );
}

for (const { file, args, tools, more = [] } of HEALTHY) {
  it.concurrent(
    `a watch of ${file} accuses nothing`,
    { timeout: 240_000, tags: tools },
    async ({ expect, onTestFinished }) => {
      const stage = toStage({ onTestFinished });
      const { pid } = await startProgram(file, args, { onTestFinished });
      const plain = ['--format', 'plain', '-q', '--no-history'];
      const watching = stage.watch([`${pid}`, '--interval', '2s', '--duration', '110s', ...plain, ...more]);
      expect(await watching.ended, watching.stdout).toBe(0);
      expect(watching.stdout).toMatch(/^NO LEAK ESTABLISHED /);
    },
  );
}
