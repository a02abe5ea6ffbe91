import type { SavedFormat } from '../format.ts';

const TOTAL = /^Total:\s+\d+/;
const LINE = /^(?:TCP:\s+\d+ \(|Transport\s+Total\s+IP|(?:RAW|UDP|TCP|INET|FRAG|\*)\s+\d+\s+(?:\d+|-))/;
const SOCKSTAT = /^(?:sockets: used \d+|(?:TCP|UDP|UDPLITE|RAW|FRAG)6?: inuse \d+)/;

/** `ss -s` and `/proc/net/sockstat`: counts of the whole host, of no process. */
export const SS_SUMMARY: SavedFormat = {
  starts: (line) => TOTAL.test(line) || SOCKSTAT.test(line),
  continues: (line) => LINE.test(line) || SOCKSTAT.test(line),
  isHeading: (line) => TOTAL.test(line),
  mayWrap: false,
  read: (lines) => ({
    tool: 'ss-summary',
    pids: [],
    partial: ['counts of the whole machine, not of one process'],
    content: { kind: 'text', rows: lines.length },
  }),
};
