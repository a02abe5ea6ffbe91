import type { SavedFormat } from '../format.ts';
import type { SavedProcess } from '../part.ts';

const STATUS_START = /^Name:\s+\S/;
const STATUS = /^[A-Za-z_]+(?:_[A-Za-z]+)*:\s/;
const STAT = /^(\d+) \((.{1,64})\) [A-Za-z] -?\d+ -?\d+ -?\d+ /;
const FDINFO =
  /^(?:pos:\s+\d+|flags:\s+0\d+|mnt_id:\s+-?\d+|ino:\s+\d+|eventfd-count:|eventfd-id:|sigmask:|clockid:|ticks:|settime flags:|it_value:|it_interval:|inotify wd:|fanotify |tfd:\s|Pid:\s+-?\d+$|NSpid:\s+-?\d+$|lock:\t|scm_fds:|map_|prog_|link_)/;

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
      cmdline: null,
    };
    return { tool: 'proc-stat', pids: [Number(pid)], partial: [], content: { kind: 'process', facts, rows: 1 } };
  },
};

/** Pieces of `/proc/<pid>/fdinfo/*`, one after the other: without the numbers of their descriptors they are only counted. */
export const PROC_FDINFO: SavedFormat = {
  starts: (line) => /^pos:\s+\d+/.test(line),
  continues: (line) => FDINFO.test(line),
  isHeading: () => false,
  mayWrap: false,
  read: (lines) => ({
    tool: 'proc-fdinfo',
    pids: [],
    partial: [],
    content: { kind: 'text', rows: lines.filter(({ text }) => text.startsWith('pos:')).length },
  }),
};

function toNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
