import type { Turnover } from '../../src/core/model/turnover.ts';

/** A place of which 39 of 39 opened are still open. */
export const TAKES: Turnover = {
  members: [],
  place: 'tcp to 127.0.0.1:36191',
  what: 'established',
  open: 39,
  atStart: 0,
  opened: 39,
  closed: 0,
  survivors: 39,
  outlived: 38,
  early: 13,
  late: 13,
  centre: 0.5,
  goes: 39,
  oldestSince: 0,
  youngestSince: 150_000,
  closedAfterMs: null,
  drivenBy: 'program',
};
