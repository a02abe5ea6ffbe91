import { expect, it } from 'vitest';
import type { Life } from '../../src/core/model/life.ts';
import type { HistoryReport } from '../../src/core/model/report.ts';
import type { Trend } from '../../src/core/model/trend.ts';
import { renderHistoryTable } from '../../src/report/history/table.ts';
import { PLAIN, type Style } from '../../src/report/text/style.ts';
import { aHistoryReport } from './history-builder.ts';

const MINUTE = 60_000;
const STYLE: Style = {
  paint: PLAIN,
  columns: 120,
  isTerminal: false,
  listDescriptors: false,
  explains: false,
  isQuiet: false,
  manyTargets: false,
};

function life(verdict: string, addresses: Partial<Life>): Life {
  return {
    id: 1,
    segment: 1,
    fd: 7,
    tid: null,
    inode: '99',
    kind: 'socket',
    target: 'socket:[99]',
    place: null,
    firstSeen: 0,
    lastSeen: null,
    verdicts: [{ at: 0, verdict }],
    suspect: true,
    local: null,
    remote: null,
    lastPeer: null,
    acceptedOn: null,
    ...addresses,
  };
}

function trend(subject: string): Trend {
  const rates = { perHour: 5129, perHourLow: 4000, perHourHigh: 6000 };
  const hoursToLimit = subject === 'total' ? { low: 3, expected: 4, high: 5 } : null;
  return {
    subject,
    of: subject === 'total' ? 'total' : 'verdict',
    growth: 'growing',
    ...rates,
    shape: 'slope',
    hoursToLimit,
    because: 'it rose, evenly',
  };
}

const render = (differs: Partial<HistoryReport>): string =>
  [...renderHistoryTable(aHistoryReport(differs), STYLE)].join('');

it('shows the address of what connected as local, and as accepted on nothing', () => {
  const local = { address: '127.0.0.1', port: 45_678 };
  const text = render({ suspects: [life('connect-failed', { local })] });
  expect(text).toMatch(/fd +verdict +for +open for +accepted on +local +last peer +target\n/);
  expect(text).toMatch(/7 +connect-failed +5 min +5 min +- +127\.0\.0\.1:45678 +\? +socket/);
});

it('shows the listener that accepted beside the local address, and ? where no look saw it', () => {
  const local = { address: '127.0.0.1', port: 80 };
  const acceptedOn = { address: '0.0.0.0', port: 80 };
  expect(render({ suspects: [life('orphaned', { local, acceptedOn })] })).toMatch(/:80 +127\.0\.0\.1:80 +\?/);
  expect(render({ suspects: [life('orphaned', {})] })).toMatch(/orphaned +5 min +5 min +\? +\? +\? +socket/);
});

it('never says in one line that no leak was established and when the limit is reached', () => {
  const [head = ''] = render({ trends: [trend('total')], conclusion: 'growing' }).split('\n');
  expect(head).toBe('GROWING  app: it may be load');
  expect(render({ trends: [trend('total')], conclusion: 'growing' })).toContain(
    '  limit 1024 at about 04:05:00 UTC (03:05:00 UTC to 05:05:00 UTC) at this pace',
  );
  expect(render({})).toMatch(/^NO LEAK ESTABLISHED {2}app\n/);
});

it('says once what the total, a kind and a verdict rest on', () => {
  const text = render({ trends: ['total', 'socket', 'peer-closed'].map(trend), conclusion: 'growing' });
  expect(text.split('it rose, evenly')).toHaveLength(2);
  for (const subject of ['total', 'socket', 'peer-closed']) expect(text).toContain(`  ${subject}: growing by 5129`);
});

it('says of a history that ends before the moment asked for that nothing is known since', () => {
  const text = render({ since: 60 * MINUTE, samples: 0, conclusion: 'not-seen' });
  expect(text).toMatch(
    /^NOT SEEN {2}app: nothing since 1970-01-01 01:00:00Z: the history ends at 1970-01-01 00:05:00Z\n/,
  );
  expect(text).not.toMatch(/ to |samples|Trends|Suspects/);
});

it('gives the reason where it cannot tell', () => {
  expect(render({ conclusion: 'cannot-tell' })).toContain('CANNOT TELL  app: its descriptors were only counted');
  expect(render({ conclusion: 'cannot-tell', suspects: [life('orphaned', {})] })).toContain(
    '1 dead connection not yet kept for 10',
  );
});
