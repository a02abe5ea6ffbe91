import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  INET_HEADER,
  limitLine,
  LIMITS_HEADER,
  NETLINK_HEADER,
  PACKET_HEADER,
  statLine,
  table,
  UNIX_HEADER,
} from '../lines.ts';

/** A file of the tree: its bytes, one character each, or what its link says. */
export type Entry = string | { readonly link: string };

const PID = '4242';

/** Tables with a header and no row. */
const EMPTY_NET: Readonly<Record<string, Entry>> = {
  ...Object.fromEntries(
    ['tcp', 'tcp6', 'udp', 'udp6', 'udplite', 'udplite6', 'raw', 'raw6', 'icmp', 'icmp6'].map((name) => [
      `${PID}/net/${name}`,
      table(INET_HEADER),
    ]),
  ),
  [`${PID}/net/unix`]: table(UNIX_HEADER),
  [`${PID}/net/netlink`]: table(NETLINK_HEADER),
  [`${PID}/net/packet`]: table(PACKET_HEADER),
};

/** A process of one thread that sleeps, whose sockets are those of `fds`. */
export const aProcess = (fds: Readonly<Record<number, string>> = {}): Readonly<Record<string, Entry>> => ({
  [`${PID}/stat`]: statLine({ threads: '1' }),
  [`${PID}/task/${PID}/stat`]: statLine({ threads: '1' }),
  [`${PID}/limits`]: table(LIMITS_HEADER, limitLine()),
  [`${PID}/ns/net`]: { link: 'net:[4026531833]' },
  [`${PID}/fd/.`]: '',
  ...Object.fromEntries(Object.entries(fds).map(([fd, link]) => [`${PID}/fd/${fd}`, { link }])),
  ...EMPTY_NET,
});

/** Writes a tree that looks like /proc into a folder of its own, which goes with the test. */
export function writeTree(entries: Readonly<Record<string, Entry>>): string {
  const root = mkdtempSync(join(tmpdir(), 'proc-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, entry] of Object.entries(entries)) writeEntry(root, path, entry);
  return root;
}

/** Writes one file or link; a path that ends in `/.` is an empty folder. */
export function writeEntry(root: string, path: string, entry: Entry): void {
  const full = join(root, path);
  if (path.endsWith('/.')) {
    mkdirSync(full, { recursive: true });
    return;
  }
  mkdirSync(dirname(full), { recursive: true });
  if (typeof entry === 'string') writeFileSync(full, entry, 'latin1');
  else symlinkSync(entry.link, full);
}
