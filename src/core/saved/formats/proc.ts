import type { SavedFormat } from '../format.ts';
import { parseFdinfo } from '../../parse/proc-fdinfo.ts';
import type { SavedFdInfo, SavedProcess } from '../part.ts';

const STATUS_START = /^Name:\s+\S/;
const STATUS = /^[A-Za-z_]+(?:_[A-Za-z]+)*:\s/;
const STAT = /^(\d+) \((.{1,64})\) [A-Za-z] -?\d+ -?\d+ -?\d+ /;
const FDINFO =
  /^(?:pos:\s+\d+|flags:\s+0\d+|mnt_id:\s+-?\d+|ino:\s+\d+|eventfd-count:|eventfd-id:|eventfd-semaphore:|tty-index:|pending:\s+\d+|total:\s+\d+|API:\s|(?:Cached)?[SC]q[A-Z]\w*:|[SC]QEs:|User(?:Files|Bufs):|PollList:|NAPI:|napi_\w+:|\s+\d+: \S+:\[|sigmask:|clockid:|ticks:|settime flags:|it_value:|it_interval:|inotify wd:|fanotify |tfd:\s|Pid:\s+-?\d+$|NSpid:\s+-?\d+$|lock:\t|scm_fds:|map_|prog_|link_)/;

/** `/proc/<pid>/status`: name, pid, user, threads, and how large the table of descriptors has been. */
export const PROC_STATUS: SavedFormat = {
  starts: (line) => STATUS_START.test(line),
  continues: (line) => STATUS.test(line),
  isHeading: (line) => STATUS_START.test(line),
  mayWrap: false,
  read: (lines) => {
    const fields = new Map<string, string>();
    for (const { text } of lines) {
      const colon = text.indexOf(':');
      fields.set(text.slice(0, colon), text.slice(colon + 1).trim());
    }
    const pid = toNumber(fields.get('Tgid') ?? fields.get('Pid'));
    if (pid === null) return null;
    const facts: SavedProcess = {
      pid,
      comm: fields.get('Name') ?? null,
      uid: toNumber(fields.get('Uid')?.split(/\s/)[0]),
      threads: toNumber(fields.get('Threads')),
      startTicks: null,
      cmdline: null,
      peakTableSize: toNumber(fields.get('FDSize')),
      pidNamespaces: fields.get('NSpid')?.split(/\s+/).length ?? null,
    };
    return { tool: 'proc-status', pids: [pid], partial: [], content: { kind: 'process', facts, rows: lines.length } };
  },
};

/** `/proc/<pid>/stat`: pid, name, threads, start. */
export const PROC_STAT: SavedFormat = {
  starts: (line) => STAT.test(line),
  continues: () => false,
  isHeading: () => false,
  mayWrap: false,
  read: ([line]) => {
    const [found, pid, comm] = STAT.exec(line?.text ?? '') ?? [];
    if (line === undefined || found === undefined || pid === undefined) return null;
    const rest = line.text.slice(line.text.lastIndexOf(')') + 2).split(' ');
    const facts: SavedProcess = {
      pid: Number(pid),
      comm: comm ?? null,
      uid: null,
      threads: toNumber(rest[17]),
      startTicks: toNumber(rest[19]),
      peakTableSize: null,
      pidNamespaces: null,
      cmdline: null,
    };
    return { tool: 'proc-stat', pids: [Number(pid)], partial: [], content: { kind: 'process', facts, rows: 1 } };
  },
};

/** `==> /proc/7/fdinfo/3 <==` of tail and head, `/proc/7/fdinfo/3` of a loop that echoes, `== 3`. */
const FDINFO_NAME =
  /^(?:==> )?\/proc\/(?:\d+|self)(?:\/task\/\d+)?\/fdinfo\/(\d+):?(?: <==)?\s*$|^== (\d+)$|^==> (?:\.\/)?(\d+) <==\s*$/;
/** `3:flags:\t02`, `/proc/7/fdinfo/3:flags:\t02` of `grep . *`. */
const FDINFO_GREP =
  /^(?:\/proc\/(?:\d+|self)(?:\/task\/\d+)?\/fdinfo\/|\.\/)?(\d+):(?=[A-Za-z_-]+(?: [a-z]+)?:|fanotify |inotify )/;
/** `cat /proc/7/fdinfo/3` */
const FDINFO_COMMAND = /\/fdinfo\/(\d+)\s*$/;

/** Pieces of `/proc/<pid>/fdinfo/*`, one after the other: without the numbers of their descriptors they are only counted. */
export const PROC_FDINFO: SavedFormat = {
  starts: (line) =>
    (line.includes('pos:') && /^pos:\s+\d+/.test(line.replace(FDINFO_GREP, ''))) ||
    ((line.includes('/fdinfo/') || line.startsWith('==> ')) && FDINFO_NAME.test(line)),
  continues: (line) => FDINFO.test(line.replace(FDINFO_GREP, '')) || FDINFO_NAME.test(line),
  isHeading: () => false,
  mayWrap: false,
  read: (lines, shown) => {
    const pieces = toPieces(
      lines.map(({ text }) => text),
      toNumber(FDINFO_COMMAND.exec(shown?.command ?? '')?.[1]),
    );
    const infos = pieces.flatMap(({ fd, texts }) => (fd === null ? [] : [toFdInfo(fd, texts.join('\n'))]));
    const content = { kind: 'fdinfo', rows: pieces.length, infos } as const;
    return pieces.length === 0 ? null : { tool: 'proc-fdinfo', pids: [], partial: [], content };
  },
};

/** The text of each descriptor, which begins with its position. */
function toPieces(lines: readonly string[], asked: number | null): readonly Piece[] {
  const pieces: { fd: number | null; texts: string[] }[] = [];
  let named = asked;
  for (const text of lines) {
    const [name, path, number, relative] = FDINFO_NAME.exec(text) ?? [];
    const [prefix = '', grepped] = FDINFO_GREP.exec(text) ?? [];
    const line = text.slice(prefix.length);
    if (name !== undefined) {
      named = toNumber(path ?? number ?? relative);
    } else if (line.startsWith('pos:')) {
      pieces.push({ fd: toNumber(grepped) ?? named, texts: [line] });
      named = null;
    } else {
      pieces.at(-1)?.texts.push(line);
    }
  }
  return pieces;
}

interface Piece {
  readonly fd: number | null;
  readonly texts: readonly string[];
}

/** What one file of `/proc/<pid>/fdinfo` says. */
export function toFdInfo(fd: number, text: string): SavedFdInfo {
  const { epollTargets, faults } = parseFdinfo(text.endsWith('\n') ? text : `${text}\n`);
  return { fd, targets: faults.length > 0 ? null : epollTargets };
}

function toNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
