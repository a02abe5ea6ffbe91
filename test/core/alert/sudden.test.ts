import { expect, it } from 'vitest';
import { SuddenBook } from '../../../src/core/alert/sudden.ts';
import type { Life } from '../../../src/core/model/life.ts';
import type { FullLook, Sample } from '../../../src/core/model/sample.ts';

const LOOK: FullLook = { byVerdict: {}, byKind: {}, byPlace: {}, moved: {}, opened: 0, closed: 0 };

function toSample(second: number, open: number, moved: FullLook['moved'] = {}): Sample {
  return { at: second * 1000, segment: 1, open, soft: 1024, hard: 1024, full: { ...LOOK, moved } };
}

function toLife(id: number, second: number, verdicts = 'peer-closed orphaned'): Life {
  const [first = '', last = ''] = verdicts.split(' ');
  return {
    id,
    segment: 1,
    fd: id,
    tid: null,
    inode: `${id}`,
    kind: 'socket',
    target: `socket:[${id}]`,
    place: 'tcp accepted on :8080',
    firstSeen: 0,
    lastSeen: null,
    verdicts: [
      { at: 0, verdict: first },
      { at: second * 1000, verdict: last },
    ],
    suspect: true,
    local: null,
    remote: null,
    lastPeer: null,
    acceptedOn: null,
  };
}

const FORTY = Array.from({ length: 40 }, (_, id) => toLife(id, 5));

it('tells a jump at once, and what was opened and closed at that look', () => {
  const book = new SuddenBook();
  for (const second of [1, 2, 3]) expect(book.take(toSample(second, 24), []).jump).toBe(null);
  const moved = { '/var/log/app-#.log': [42, 0], 'tcp to 10.0.0.7:5432': [0, 1] } as const;
  const { jump } = book.take(toSample(4, 66, moved), []);
  expect(jump?.because).toBe(
    'from 24 to 66 open between two looks: 42 opened at /var/log/app-#.log, 1 closed at tcp to 10.0.0.7:5432',
  );
  expect(book.take(toSample(603, 66), []).jump).toBe(jump);
  expect(book.take(toSample(604, 66), []).jump).toBe(null);
});

it('says of many clients at once that it may be load', () => {
  const book = new SuddenBook();
  for (const second of [1, 2, 3]) book.take(toSample(second, 24), []);
  const { jump } = book.take(toSample(4, 66, { 'tcp accepted on :8080': [42, 0] }), []);
  expect(jump?.because).toBe(
    'from 24 to 66 open between two looks: 42 opened at tcp accepted on :8080; it may be load',
  );
});

it.each([
  { what: 'growth in small steps', opens: [24, 34, 44, 54, 64, 74] },
  { what: 'a saw-tooth that has been as high before', opens: [20, 100, 20, 20, 100] },
  { what: 'a process that has just been met', opens: [24, 66, 120] },
  { what: 'a rise of a few', opens: [3, 3, 3, 18] },
])('tells no jump of $what', ({ opens }) => {
  const book = new SuddenBook();
  const told = opens.map((open, second) => book.take(toSample(second, open), []).jump);
  expect(told).toEqual(opens.map(() => null));
});

it('begins anew with another process', () => {
  const book = new SuddenBook();
  for (const second of [1, 2, 3]) book.take(toSample(second, 24), []);
  expect(book.take({ ...toSample(4, 66), segment: 2 }, []).jump).toBe(null);
});

it('tells connections that died together once they are still open at the next look', () => {
  const book = new SuddenBook();
  expect(book.take(toSample(5, 60, { 'tcp listening :9000': [0, 1] }), FORTY).turned).toBe(null);
  expect(book.take(toSample(6, 60), []).turned?.because).toBe(
    '40 connections died and are still open: tcp accepted on :8080, before that peer-closed; at the same look 1 closed at tcp listening :9000',
  );
});

it('takes connections whose place is not known for no single place', () => {
  const book = new SuddenBook();
  book.take(
    toSample(5, 60),
    FORTY.map((life) => ({ ...life, place: null })),
  );
  expect(book.take(toSample(6, 60), []).turned).toBe(null);
});

it('says nothing of connections that died and were closed, nor of a few', () => {
  const closing = new SuddenBook();
  closing.take(toSample(5, 60), FORTY);
  const closed = FORTY.map((life) => ({ ...life, lastSeen: 6000 }));
  expect(closing.take(toSample(6, 20), closed).turned).toBe(null);
  const few = new SuddenBook();
  few.take(toSample(5, 60), FORTY.slice(0, 7));
  expect(few.take(toSample(6, 60), []).turned).toBe(null);
  const alive = new SuddenBook();
  alive.take(
    toSample(5, 60),
    FORTY.map(({ id }) => toLife(id, 5, 'connecting established')),
  );
  expect(alive.take(toSample(6, 60), []).turned).toBe(null);
});
