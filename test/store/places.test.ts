import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { openReader } from '../../src/store/open-history.ts';
import { migrate, MIGRATIONS } from '../../src/store/schema.ts';
import { makeFolder, mustWrite } from './temporary.ts';
import { aLife, aLook, aTick, START, tickAt } from './tick-builder.ts';

const counts = fc.dictionary(
  fc.constantFrom('pipe', '/proc/#/stat', 'tcp to 10.0.0.7:5432'),
  fc.integer({ min: 1, max: 9000 }),
);

it('reads the places of every look as they were written, from any moment on', async () => {
  const looks = fc.array(
    fc.tuple(
      counts,
      fc.dictionary(fc.constantFrom('pipe', 'gone'), fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 9 }))),
    ),
    {
      minLength: 1,
      maxLength: 8,
    },
  );
  const writer = await mustWrite(join(makeFolder(), 'h.db'));
  let n = 0;
  fc.assert(
    fc.property(looks, (written) => {
      const from = n + 1;
      for (const [byPlace, moved] of written) writer.commit([tickAt((n += 20), { full: aLook({ byPlace, moved }) })]);
      const read = writer.stored.samples(START + from * 10_000).map(({ full }) => [full?.byPlace, full?.moved]);
      expect(read).toEqual(written);
    }),
    { numRuns: 30 },
  );
  writer.close();
});

it('brings a history of the first schema up to date, and reads one as it is: its places are not known', async () => {
  const path = join(makeFolder(), 'old.db');
  const db = await openDatabase(path, 250);
  migrate(db, MIGRATIONS.slice(0, 1));
  db.exec(`INSERT INTO names VALUES (1, 'verdict', 'orphaned'), (2, 'kind', 'socket');
    INSERT INTO samples VALUES (${START}, 1, 73, 1024, 4096, 3, 2, x'01280234');
    INSERT INTO lives VALUES (1, 1, 42, NULL, '9', 'socket', 'socket:[9]', ${START}, NULL, 1, '${START} orphaned', NULL, NULL, NULL, NULL);`);
  db.close();
  const read = async () => {
    const opened = await openReader(path);
    if (opened.kind !== 'opened') return opened;
    const { history } = opened;
    const seen = { samples: history.samples(0), lives: history.lives({ by: 'all' }) };
    history.close();
    return seen;
  };
  const expected = {
    samples: [{ open: 73, full: { byVerdict: { orphaned: 40 }, byPlace: null, moved: {} } }],
    lives: [{ fd: 42, place: null }],
  };
  expect(await read()).toMatchObject(expected);
  const writer = await mustWrite(path);
  expect(writer.commit([aTick({ sample: null, lives: [aLife({ id: 2 })] })])).toEqual({ kind: 'committed' });
  writer.close();
  expect(await read()).toMatchObject({
    samples: expected.samples,
    lives: [...expected.lives, { place: 'tcp accepted on :41375' }],
  });
});
