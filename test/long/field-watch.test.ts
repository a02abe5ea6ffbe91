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
