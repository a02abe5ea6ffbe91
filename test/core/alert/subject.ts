import type { AlertSubject } from '../../../src/core/model/alert.ts';
import type { JudgedPlace } from '../../../src/core/model/turnover.ts';

/** A place of which 39 of 39 opened are still open. */
export const LEAK: JudgedPlace = {
  place: 'tcp to 127.0.0.1:36191',
  what: 'established',
  open: 39,
  atStart: 0,
  opened: 39,
  closed: 0,
  survivors: 39,
  outlived: 39,
  early: 13,
  late: 13,
  oldestSince: 0,
  youngestSince: 150_000,
  closedAfterMs: null,
  drivenBy: 'program',
  judgement: 'leak',
  perHour: 936,
  perHourLow: 800,
  perHourHigh: 1000,
  because: '39 of 39 opened are still open, none was ever closed',
};

export const SUBJECT: AlertSubject = {
  host: 'micro-server',
  pid: 42,
  comm: 'worker',
  cmdline: ['worker', '--port', '8080'],
  open: 49,
  soft: 1024,
  places: [LEAK],
  hoursToLimit: { low: 0.8, expected: 1, high: 1.2 },
  limitName: 'limit 1024',
  history: '/var/lib/h.db',
};
