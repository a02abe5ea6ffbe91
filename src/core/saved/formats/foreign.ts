import type { SavedFormat } from '../format.ts';
import type { SavedTool } from '../part.ts';
import { RUN_ON_LINUX, toRefusal } from '../refusals.ts';

interface Foreign {
  readonly heading: RegExp;
  readonly row: RegExp;
  readonly tool: SavedTool;
  readonly because: string;
  readonly remedy: string;
}

const FOREIGN: readonly Foreign[] = [
  {
    heading: /^USER\s+CMD\s+PID\s+FD\s+MOUNT\s+INUM\s/,
    row: /^\S+\s+\S+\s+\d+\s+(?:\d+\*?|text|wd|root|jail|tr|mmap|ctty)\s/,
    tool: 'lsof',
    because: 'fstat of FreeBSD: its kinds and inodes are not those of Linux',
    remedy: RUN_ON_LINUX,
  },
  {
    heading: /^\s*PID\s+COMM\s+FD\s+T\s+V\s+FLAGS\s/,
    row: /^\s*\d+\s+\S+\s+(?:\d+|text|cwd|root|ctty|jail)\s+[a-z?]\s/,
    tool: 'lsof',
    because: 'procstat of FreeBSD: its kinds and inodes are not those of Linux',
    remedy: RUN_ON_LINUX,
  },
  {
    heading: /^USER\s+COMMAND\s+PID\s+FD\s+PROTO\s+LOCAL ADDRESS\s+FOREIGN ADDRESS/,
    row: /^\S+\s+\S+\s+(?:\d+|\?)\s+(?:\d+|\?)\s+(?:tcp|udp|stream|dgram)\S*\s/,
    tool: 'netstat',
    because: 'sockstat of FreeBSD: it names no state and no inode of Linux',
    remedy: RUN_ON_LINUX,
  },
  {
    heading: /^\s+Current rlimit: (?:\d+|unlimited) file descriptors\s*$/,
    row: /^\s+\d+: S_IF[A-Z]+ mode:\d+ |^\s+(?:O_[A-Z]+|sockname: |peername: |SOCK_|SO_|FD_CLOEXEC|\/)/,
    tool: 'lsof',
    because: 'pfiles of Solaris: its kinds and inodes are not those of Linux',
    remedy: RUN_ON_LINUX,
  },
  {
    heading: /^\s+\d+ : st=0x[0-9a-f]+\(/,
    row: /^\s+\d+ : st=0x[0-9a-f]+\(/,
    tool: 'haproxy-fds',
    because: '"show fd" of haproxy: its own flags, no states of the kernel',
    remedy: 'save what the kernel says of the same process: lsof -nP -p PID, or ls -l /proc/PID/fd with ss -tanpe',
  },
  {
    heading: /^\s+USER\s+PID\s+ACCESS\s+COMMAND\s*$|^(?:\/[^\s:]*|\d+\/(?:tcp|udp)):(?:\s+\d+[cefFrm]*)+\s*$/,
    row: /^(?:\S.*:)?\s+\S+\s+(?:\d+|kernel)\s+(?:[F.][fr.][c.][e.][m.]|mount|swap|loop|knfsd)\S*\s|^Cannot stat file \/proc\/|^(?:\/[^\s:]*|\d+\/(?:tcp|udp)):(?:\s+\d+[cefFrm]*)+\s*$/,
    tool: 'fuser',
    because: 'fuser: it shows which processes use a file or a port, not their descriptors',
    remedy: RUN_ON_LINUX,
  },
  {
    heading:
      /^strace: Process \d+ attached|^(?:\[pid\s+\d+\] |\d+\s+)?(?:\d\d:\d\d:\d\d(?:\.\d+)? )?(?:accept4?|socket|openat|close|connect|epoll_\w+|dup[23]?|fcntl|read|write|recv\w*|send\w*|poll|pipe2?)\(.*\)\s+= (?:-?\d+|\?)/,
    row: /^(?:\[pid\s+\d+\] |\d+\s+)?(?:\d\d:\d\d:\d\d(?:\.\d+)? )?(?:[a-z_0-9]+\(|<\.\.\. |strace: |\+\+\+ |--- )/,
    tool: 'strace',
    because: 'a trace of system calls: it shows what was opened while it ran, not what is open',
    remedy: RUN_ON_LINUX,
  },
];

/** Listings of other systems and of programs themselves, known by name and not read. */
export const FOREIGN_FORMATS: readonly SavedFormat[] = FOREIGN.map(({ heading, row, tool, because, remedy }) => ({
  starts: (line) => heading.test(line),
  continues: (line) => row.test(line),
  isHeading: () => false,
  mayWrap: false,
  read: () => toRefusal(tool, because, remedy),
}));

/** Its rows begin with any of many calls. */
export const STRACE = FOREIGN_FORMATS.at(-1);
