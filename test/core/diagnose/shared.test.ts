import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureElapsedMs } from '../../../src/core/diagnose/elapsed.ts';
import { formatBytes, formatCount, formatEndpoint, formatFds, formatPercent } from '../../../src/core/words/format.ts';

describe('measureElapsedMs', () => {
  it('agrees with the calendar of the platform', () => {
    const moment = fc.date({
      min: new Date('1970-01-01T00:00:00Z'),
      max: new Date('2199-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moment, moment, (from, until) => {
        expect(measureElapsedMs(from.toISOString(), until.toISOString())).toBe(until.getTime() - from.getTime());
      }),
    );
  });

  it.each([null, '', 'yesterday', '2026-11-22'])('is not known where a moment is %j', (moment) => {
    expect(measureElapsedMs(moment, '2026-11-22T19:46:00.000Z')).toBeNull();
  });
});

describe('the words of findings', () => {
  it.each([
    { found: formatCount(1, 'socket'), text: '1 socket' },
    { found: formatCount(0, 'socket'), text: '0 sockets' },
    { found: formatCount(2, 'entry', 'entries'), text: '2 entries' },
    { found: formatFds([17]), text: 'fd 17' },
    { found: formatFds([1, 2, 3]), text: 'fds 1, 2 and 3' },
    { found: formatFds([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), text: 'fds 1, 2, 3, 4, 5, 6, 7, 8 and 2 more' },
    { found: formatEndpoint({ address: '0.0.0.0', port: 80 }), text: ':80' },
    { found: formatEndpoint({ address: '::1', port: 80 }), text: '[::1]:80' },
    { found: formatEndpoint({ address: '127.0.0.1', port: 80 }), text: '127.0.0.1:80' },
    { found: formatPercent(0.94999), text: '94.9 %' },
    { found: formatBytes(0), text: '0 B' },
    { found: formatBytes(1536), text: '1.5 KiB' },
    { found: formatBytes(2 ** 40), text: '1 TiB' },
  ])('read $text', ({ found, text }) => {
    expect(found).toBe(text);
  });
});
