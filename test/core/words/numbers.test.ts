import { describe, expect, it } from 'vitest';
import { formatEndpoint } from '../../../src/core/words/endpoint.ts';
import { formatFdNumbers } from '../../../src/core/words/fds.ts';
import { formatCount, formatRate, formatShare, formatTally, formatUse } from '../../../src/core/words/numbers.ts';
import { formatBytes } from '../../../src/core/words/bytes.ts';
import { formatTime } from '../../../src/core/words/time.ts';

describe('the words for numbers, ends and times', () => {
  it.each([
    { found: formatCount(1, 'socket'), text: '1 socket' },
    { found: formatCount(0, 'socket'), text: '0 sockets' },
    { found: formatCount(2, 'entry', 'entries'), text: '2 entries' },
    { found: formatFdNumbers([17, 18]), text: 'fds 17, 18' },
    { found: formatFdNumbers([1, 2, 3, 4, 9]), text: 'fds 1-4, 9' },
    { found: formatEndpoint({ address: '0.0.0.0', port: 80 }), text: ':80' },
    { found: formatEndpoint({ address: '::', port: 0 }), text: ':*' },
    { found: formatEndpoint({ address: '::1', port: 80 }), text: '[::1]:80' },
    { found: formatEndpoint({ address: '127.0.0.1', port: 0 }), text: '127.0.0.1:*' },
    { found: formatShare(0.94999), text: '94.9 %' },
    { found: formatShare(0.8), text: '80.0 %' },
    { found: formatShare(29 / 200), text: '14.5 %' },
    { found: formatShare(0.99999), text: '99.9 %' },
    { found: formatShare(0.0001), text: '< 0.1 %' },
    { found: formatShare(0), text: '0.0 %' },
    { found: formatShare(1), text: '100.0 %' },
    { found: formatShare(null), text: '?' },
    { found: formatUse(73, 1024), text: '73 of 1024 (7.1 %)' },
    { found: formatUse(73, 'unlimited'), text: '73' },
    { found: formatRate(1.6667), text: '1.7' },
    { found: formatRate(1800.4), text: '1800' },
    { found: formatTally({ pipe: 4, file: 9, socket: 0 }), text: '9 file, 4 pipe' },
    { found: formatBytes(0), text: '0 B' },
    { found: formatBytes(1536), text: '1.5 KiB' },
    { found: formatBytes(2 ** 40), text: '1 TiB' },
    { found: formatTime(0), text: '1970-01-01 00:00:00Z' },
  ])('read $text', ({ found, text }) => {
    expect(found).toBe(text);
  });
});
