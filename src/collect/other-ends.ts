import type { Holders, OtherEnds } from '../core/model/other-end.ts';
import { toOpenFlags } from '../core/parse/open-flags.ts';
import type { Deadline } from './deadline.ts';
import type { ProcFs } from './proc-fs.ts';
import { readComm } from './process-identity.ts';

/** The links that are looked for, and the sockets at the other end of loopback connections. */
export interface WantedEnds {
  /** `socket:[39309]` and `pipe:[8]`. */
  readonly links: ReadonlySet<string>;
  readonly peers: ReadonlyMap<string, string>;
  /** Told every link. */
  readonly see: (pid: string, fd: string, link: string) => void;
}

/** The clock is asked once in so many links. */
const STRIDE = 256;

/**
 * Looks through the descriptor tables of all processes of this host for the holders of other ends. Links are read, nothing else; of pipes
 * the direction too. `isWhole` is false where a table may not be read, or time was short.
 */
export async function readOtherEnds(
  proc: ProcFs,
  { links, peers, see }: WantedEnds,
  deadline: Deadline,
): Promise<OtherEnds> {
  const holders = new Map<string, Holders>();
  const names = proc.names('.');
  const pids = names.kind === 'read' ? names.value.filter((name) => /^\d+$/.test(name)) : [];
  let isWhole = pids.includes('1');
  let asked = 0;
  const wantsTerminals = [...links].some((link) => link.startsWith('/dev/pts/'));
  for (const pid of pids) {
    if (wantsTerminals) addTerminal(proc, pid, links, holders);
    const fds = proc.names(`${pid}/fd`);
    if (fds.kind === 'denied' || fds.kind === 'failed') isWhole = false;
    for (const fd of fds.kind === 'read' ? fds.value : []) {
      if (asked++ % STRIDE === 0) {
        if (deadline.isOver())
          return { links, holders, peers, hangUps: new Map(), lonePipes: new Set(), isWhole: false };
        await deadline.rest();
      }
      const link = proc.link(`${pid}/fd/${fd}`);
      if (link.kind !== 'read') continue;
      see(pid, fd, link.value);
      if (!links.has(link.value)) continue;
      const key = link.value.startsWith('pipe:') ? `${link.value} ${readEnd(proc, `${pid}/fdinfo/${fd}`)}` : link.value;
      const known = holders.get(key);
      if (known === undefined) {
        holders.set(key, { first: { pid: Number(pid), comm: readComm(proc, pid), fd: Number(fd) }, count: 1 });
      } else holders.set(key, { ...known, count: known.count + 1 });
    }
  }
  return { links, holders, peers, hangUps: new Map(), lonePipes: new Set(), isWhole };
}

/** The terminal of its session, which a process has without a descriptor of it: 34816 is /dev/pts/0. @see proc_pid_stat(5), tty_nr */
function addTerminal(proc: ProcFs, pid: string, links: ReadonlySet<string>, holders: Map<string, Holders>): void {
  const text = proc.text(`${pid}/stat`);
  const [, number] = text.kind === 'read' ? (/\) \S \d+ \d+ \d+ (\d+) [^)]*$/.exec(text.value) ?? []) : [];
  const device = Number(number ?? 0);
  if (((device >> 8) & 0xfff) !== PTS_MAJOR) return;
  const link = `/dev/pts/${(device & 0xff) | ((device >> 12) & 0xfff00)}`;
  if (!links.has(link) || holders.has(link)) return;
  holders.set(link, { first: { pid: Number(pid), comm: readComm(proc, pid), fd: -1 }, count: 1 });
}

const PTS_MAJOR = 136;

/** What cannot be told is both: it may write as well as read. */
function readEnd(proc: ProcFs, path: string): 'read' | 'write' | 'both' {
  const text = proc.text(path);
  const [, octal] = text.kind === 'read' ? (/^flags:\s*([0-7]+)$/m.exec(text.value) ?? []) : [];
  const flags = octal === undefined ? [] : toOpenFlags(Number.parseInt(octal, 8), 'x64');
  if (flags.includes('rdonly')) return 'read';
  return flags.includes('wronly') ? 'write' : 'both';
}
