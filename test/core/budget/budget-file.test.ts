import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Marked, parseBudgetFile, parseMaxOpen } from '../../../src/core/budget/budget-file.ts';
import { findNearest } from '../../../src/core/budget/nearest.ts';
import { parseIgnore, withoutIgnored } from '../../../src/core/exercise/ignore.ts';
import { SUBJECTS } from '../../../src/core/model/budget.ts';
import { aDescriptor, aSocket } from '../../inspection-builder.ts';

type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain };

/** A value as a file would hold it, every name on a line of its own. */
function mark(value: Plain, line = 1): Marked {
  if (value === null || typeof value !== 'object') return { kind: 'scalar', line, column: 1, value };
  if (Array.isArray(value))
    return { kind: 'list', line, column: 1, items: value.map((item: Plain) => mark(item, line)) };
  const entries = Object.entries(value).map(([key, one], at) => ({
    key: { kind: 'scalar' as const, line: line + at, column: 1, value: key },
    value: mark(one, line + at),
  }));
  return { kind: 'map', line, column: 1, entries };
}

describe('parseBudgetFile', () => {
  it('reads everything a budget may say', () => {
    const parsed = parseBudgetFile(
      mark({
        schema: 'fdleak.budget/1',
        'max-open': '80%',
        'min-headroom': 64,
        max: { orphaned: 0, epoll: 2 },
        ignore: ['path:/var/log/*', 'eventfd'],
        baseline: 'before.json',
        'baseline-of': ['orphaned'],
        settle: '2s',
      }),
    );

    expect(parsed).toEqual({
      kind: 'parsed',
      file: {
        budget: {
          maxOpen: { kind: 'percent', percent: 80 },
          minHeadroom: 64,
          max: new Map([
            ['orphaned', 0],
            ['epoll', 2],
          ]),
          ignore: [
            { field: 'path', glob: '/var/log/*' },
            { field: 'kind', glob: 'eventfd' },
          ],
        },
        baseline: 'before.json',
        baselineOf: ['orphaned'],
        settleMs: 2000,
      },
    });
  });

  it.each<{ name: string; value: Plain }>([
    { name: 'max-open', value: true },
    { name: 'max-open', value: '101%' },
    { name: 'min-headroom', value: 1.5 },
    { name: 'min-headroom', value: '64' },
    { name: 'max', value: 3 },
    { name: 'max', value: [] },
    { name: 'ignore', value: 'path:/x' },
    { name: 'ignore', value: ['nonsense'] },
    { name: 'baseline', value: '' },
    { name: 'baseline-of', value: ['nonsense'] },
    { name: 'settle', value: '5 seconds' },
    { name: 'settle', value: '99d' },
    { name: 'schema', value: 'fdleak.budget/2' },
  ])('refuses $name: $value, with its line', ({ name, value }) => {
    const parsed = parseBudgetFile(mark({ 'max-open': 1, ...(name === 'max-open' ? {} : {}), [name]: value }));

    expect(parsed).toMatchObject({ kind: 'problems', problems: [{ because: expect.stringContaining(name) }] });
  });

  it('reads every budget of known names and whole numbers', () => {
    const max = fc.dictionary(fc.constantFrom(...SUBJECTS), fc.nat());
    fc.assert(
      fc.property(fc.nat(), max, (open, most) => {
        const parsed = parseBudgetFile(mark({ 'max-open': open, max: most }));
        expect(parsed.kind === 'parsed' ? Object.fromEntries(parsed.file.budget.max) : parsed).toEqual({ ...most });
      }),
    );
  });

  it('answers whatever it is given with a budget or with problems', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain: Plain = JSON.parse(JSON.stringify(value));
        expect(['parsed', 'problems']).toContain(parseBudgetFile(mark(plain)).kind);
      }),
    );
  });
});

it.each([
  { text: '0', max: { kind: 'count', count: 0 } },
  { text: '12 %', max: { kind: 'percent', percent: 12 } },
  { text: '100%', max: { kind: 'percent', percent: 100 } },
  { text: '100.1%', max: undefined },
  { text: '-1', max: undefined },
  { text: '', max: undefined },
])('reads the maximum "$text"', ({ text, max }) => {
  expect(parseMaxOpen(text)).toEqual(max);
});

it.each([
  { word: 'orphand', nearest: 'orphaned' },
  { word: 'peer_closed', nearest: 'peer-closed' },
  { word: 'sokcet', nearest: 'socket' },
  { word: 'leaks', nearest: null },
])('takes $word for $nearest', ({ word, nearest }) => {
  expect(findNearest(word, SUBJECTS)).toBe(nearest);
});

describe('ignore patterns', () => {
  const log = aDescriptor({ fd: 3, target: '/var/log/app.log' });
  const epoll = aDescriptor({ fd: 4, kind: 'epoll', target: 'anon_inode:[eventpoll]' });
  const peer = aSocket({ fd: 5, socket: { remote: { address: '10.0.0.5', port: 5432 } } });

  it.each([
    { pattern: '/var/log/*', left: [4, 5] },
    { pattern: 'path:/var/log/?pp.log', left: [4, 5] },
    { pattern: 'path:/var', left: [3, 4, 5] },
    { pattern: 'epoll', left: [3, 5] },
    { pattern: 'kind:epoll', left: [3, 5] },
    { pattern: 'verdict:established', left: [3, 4] },
    { pattern: 'peer:10.0.0.5:5432', left: [3, 4] },
    { pattern: 'peer:10.0.0.*', left: [3, 4] },
    { pattern: 'peer:10x0x0x5', left: [3, 4, 5] },
    { pattern: 'port:8080', left: [3, 4] },
  ])('leave out what $pattern matches', ({ pattern, left }) => {
    const parsed = parseIgnore(pattern);
    const kept = withoutIgnored([log, epoll, peer], parsed === undefined ? [] : [parsed]);

    expect(kept.map(({ fd }) => fd)).toEqual(left);
  });

  it.each(['', 'tmp', 'kind:orphaned', 'verdict:epoll', 'path:', 'fd:3'])('refuse "%s"', (pattern) => {
    expect(parseIgnore(pattern)).toBeUndefined();
  });
});
