import { describe, expect, it } from 'vitest';
import { countMoved, countPlaces, OTHER_PLACES } from '../../../src/core/history/place-counts.ts';
import { recallTurnover } from '../../../src/core/history/recall-turnover.ts';
import { nameWhole } from '../../../src/core/words/place-name.ts';
import { TurnoverBook } from '../../../src/core/history/turnover-book.ts';
import type { Life } from '../../../src/core/model/life.ts';
import type { Sample } from '../../../src/core/model/sample.ts';
import { aLife, aLook, aSample, aSegment, START } from '../../store/tick-builder.ts';

const file = (id: number, firstSeen: number, differs: Partial<Life> = {}): Life =>
  aLife({
    id,
    fd: id,
    kind: 'file',
    target: `/proc/${id}/stat`,
    place: '/proc/#/stat',
    acceptedOn: null,
    firstSeen,
    verdicts: [{ at: firstSeen, verdict: 'in-use' }],
    ...differs,
  });

describe('a turnover book', () => {
  it('knows what was open before, what came, what went and how long it had been open', () => {
    const book = new TurnoverBook();
    const [old, short, kept] = [file(1, START), file(2, START + 1000), file(3, START + 2000)];
    book.take(START, { begun: [old], ended: [], moved: [], isFirst: true });
    book.take(START + 1000, { begun: [short], ended: [], moved: [], isFirst: false });
    const ended = [{ ...short, lastSeen: START + 2000 }];
    book.take(START + 2000, { begun: [kept], ended, moved: [], isFirst: false });
    expect(book.measure(START + 12_000, [old, kept])).toMatchObject([
      {
        place: '/proc/#/stat',
        what: 'file',
        open: 2,
        atStart: 1,
        opened: 2,
        closed: 1,
        survivors: 1,
        outlived: 1,
        oldestSince: START,
        youngestSince: START + 2000,
        drivenBy: 'program',
      },
    ]);
  });

  it('says of files that most of them are deleted', () => {
    const book = new TurnoverBook();
    const place = '/var/log/app-#.log';
    const lives = [1, 2, 3].map((id) => file(id, START, { place, target: `/var/log/app-${id}.log (deleted)` }));
    lives.push(file(4, START, { place, target: '/var/log/app-4.log' }));
    book.take(START, { begun: lives, ended: [], moved: [], isFirst: true });
    expect(book.measure(START, lives)).toMatchObject([{ place, what: 'deleted file', open: 4 }]);
  });

  it('takes a life along when its place turns out to be another', () => {
    const book = new TurnoverBook();
    const [first, later] = [file(1, START), file(2, START + 1000)];
    book.take(START, { begun: [first], ended: [], moved: [], isFirst: true });
    book.take(START + 1000, { begun: [later], ended: [], moved: [], isFirst: false });
    const named = { ...later, place: 'tcp to 10.0.0.7:5432' };
    book.take(START + 2000, { begun: [], ended: [], moved: [[named, '/proc/#/stat']], isFirst: false });
    expect(
      book.measure(START + 2000, [first, named]).map(({ place, opened, closed }) => [place, opened, closed]),
    ).toEqual([
      ['tcp to 10.0.0.7:5432', 1, 0],
      ['/proc/#/stat', 0, 0],
    ]);
  });

  it('takes places of a few that have a wider place together for one, also of what was closed', () => {
    const book = new TurnoverBook();
    const on = (id: number, place: string): Life =>
      file(id, START + 1000, { kind: 'socket', place, verdicts: [{ at: START + 1000, verdict: 'datagram' }] });
    const kept = [1, 2, 3, 4, 5, 6, 7, 8].map((id) => on(id, `udp on 10.0.0.7:${16_000 + id}`));
    const closed = on(9, 'udp on 10.0.0.7:16009');
    book.take(START, { begun: [], ended: [], moved: [], isFirst: true });
    book.take(START + 1000, { begun: [...kept, closed], ended: [], moved: [], isFirst: false });
    const ended = [{ ...closed, lastSeen: START + 2000 }];
    book.take(START + 2000, { begun: [], ended, moved: [], isFirst: false });
    const measured = book.measure(START + 9000, kept);
    expect(measured).toMatchObject([
      { place: 'udp on 10.0.0.7, many ports', open: 8, opened: 9, closed: 1, outlived: 8, drivenBy: 'program' },
    ]);
    expect(measured.map(({ members }) => members.toSorted())).toEqual([[...kept, closed].map(({ place }) => place)]);
    expect(measured.map(nameWhole)).toEqual(['udp on 10.0.0.7, ports 16001 to 16009']);
  });

  it.each([
    { addresses: 8, drivenBy: 'fan-out' },
    { addresses: 7, drivenBy: 'program' },
  ])('says of connections to $addresses addresses what decides how many there are', ({ addresses, drivenBy }) => {
    const book = new TurnoverBook();
    const lives = Array.from({ length: 16 }, (_, id) =>
      file(id, START + 1000, {
        kind: 'socket',
        place: 'tcp to *:443',
        remote: { address: `192.0.2.${id % addresses}`, port: 443 },
        verdicts: [{ at: START + 1000, verdict: 'established' }],
      }),
    );
    book.take(START, { begun: [], ended: [], moved: [], isFirst: true });
    book.take(START + 1000, { begun: lives, ended: [], moved: [], isFirst: false });
    expect(book.measure(START + 9000, lives)).toMatchObject([{ open: 16, drivenBy }]);
  });

  it('goes on from a history as if it had not been interrupted', () => {
    const lives = [file(1, START), file(2, START + 10_000), file(3, START + 10_000, { lastSeen: START + 20_000 })];
    const looks: Sample[] = [0, 1, 2].map((n) =>
      aSample({
        at: START + n * 10_000,
        full: aLook({ moved: n === 1 ? { '/proc/#/stat': [2, 0] } : n === 2 ? { '/proc/#/stat': [5, 6] } : {} }),
      }),
    );
    const recalled = recallTurnover({ segments: [aSegment()], samples: looks, rollups: [], lives });
    const book = new TurnoverBook();
    if (recalled !== null) book.resume(recalled);
    const open = lives.filter(({ lastSeen }) => lastSeen === null);
    expect(book.measure(START + 30_000, open)).toMatchObject([
      { open: 2, atStart: 1, opened: 7, closed: 6, survivors: 1, oldestSince: START },
    ]);
  });

  it('counts nothing of the process before', () => {
    const segments = [aSegment(), aSegment({ id: 2, from: START + 50_000, because: 'restart' })];
    const lives = [file(1, START, { lastSeen: START + 50_000 }), file(2, START + 60_000, { segment: 2 })];
    const samples = [aSample(), aSample({ at: START + 60_000, segment: 2, full: aLook({ moved: {} }) })];
    expect(recallTurnover({ segments, samples, rollups: [], lives })).toEqual({
      startedAt: START + 60_000,
      moved: {},
      lives: lives.slice(1),
    });
  });
});

it('names the heaviest 200 places and sums up the rest', () => {
  const lives = Array.from({ length: 250 }, (_, i) => file(i, START, { place: `/p/${i}` })).concat(
    Array.from({ length: 5 }, (_, i) => file(1000 + i, START, { place: '/p/249' })),
  );
  const counts = countPlaces(lives);
  expect(Object.keys(counts)).toHaveLength(201);
  expect(counts['/p/249']).toBe(6);
  expect(counts[OTHER_PLACES]).toBe(50);
  const left = lives.find(({ place }) => !(`${place}` in counts));
  expect(countMoved([], left === undefined ? [] : [left], counts)).toEqual({ [OTHER_PLACES]: [0, 1] });
});
