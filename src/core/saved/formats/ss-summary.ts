import type { SavedFormat } from '../format.ts';
import type { SavedTool } from '../part.ts';

const TOTAL = /^Total:\s+\d+/;
const LINE = /^(?:TCP:\s+\d+ \(|Transport\s+Total\s+IP|(?:RAW|UDP|TCP|INET|FRAG|\*)\s+\d+\s+(?:\d+|-))/;
const SOCKSTAT = /^(?:sockets: used \d+|(?:TCP|UDP|UDPLITE|RAW|FRAG)6?: inuse \d+)/;

/** `21182 0 9223372036854775807`, allocated, free, most; `fs.file-nr = …`, `fs.nr_open = …` of sysctl. */
const FILE_NR = /^(?:fs\.file-nr = )?\d+\s+0\s+\d{4,20}\s*$|^fs\.(?:file-max|nr_open|file-nr)\s*=/;

/** A text that tells nothing of one process. */
const countsOfHost = (tool: SavedTool, what: string): Pick<SavedFormat, 'mayWrap' | 'read'> => ({
  mayWrap: false,
  read: (lines) => ({
    tool,
    pids: [],
    partial: [`${what} of the whole machine, not of one process`],
    content: { kind: 'text', rows: lines.length },
  }),
});

/** `ss -s` and `/proc/net/sockstat`: counts of the whole host, of no process. */
export const SS_SUMMARY: SavedFormat = {
  starts: (line) => TOTAL.test(line) || SOCKSTAT.test(line),
  continues: (line) => LINE.test(line) || SOCKSTAT.test(line),
  isHeading: (line) => TOTAL.test(line),
  ...countsOfHost('ss-summary', 'counts'),
};

/** `/proc/sys/fs/file-nr` and its sysctls: open files of the whole host, of no process. */
export const FILE_NR_FORMAT: SavedFormat = {
  starts: (line) => FILE_NR.test(line),
  continues: (line) => FILE_NR.test(line),
  isHeading: () => false,
  ...countsOfHost('file-nr', 'open files'),
};
