import type { AlertSubject } from '../../../src/core/model/alert.ts';
import type { JudgedPlace } from '../../../src/core/model/turnover.ts';
import { TAKES } from '../turnover.ts';

/** {@link TAKES}, judged. */
export const LEAK: JudgedPlace = {
  ...TAKES,
  outlived: 39,
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
