import { once } from 'node:events';
import { readFileSync, watch as watchFile, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openDatabase } from '../../../src/store/database.ts';
import { toRandom } from '../processes/proxy-random.ts';
import { readStored, type Stored } from '../stored.ts';
import { type Stage, type Told, type Watching, toStage } from '../watching.ts';
import { toDose } from './dose.ts';

const KILLS = toDose({ little: 10, all: 200 });
/** FDLEAK_SEED=… kills at the same moments again. */
const SEED = Number(process.env['FDLEAK_SEED'] ?? Date.now() % 1_000_000);
/** Each finds an alert told before it was stored every other time. */
const ALERTS = toDose({ little: 2, all: 8 });
const INTERVAL_MS = 100;
/** The first ticks of a watch, in which it looks at everything, are over after so long. */
const LONGEST_MS = 600;
/** From the first byte in the log of the database to the end of a commit. */
const COMMIT_MS = 4;

/** What the watches before have told and stored. */
interface Before {
  readonly told: readonly Told[];
  readonly stored: Stored;
  /** Of the samples, those that no line told: their watch was killed between. */
  readonly untold: number;
}

it(
  `killed at ${KILLS} random moments (seed ${SEED}), a watch loses nothing that it told, and the next one goes on`,
  {
    timeout: KILLS * 3000 + 60_000,
  },
  async () => {
    const stage = toStage();
    const target = await stage.script('watch-turmoil.js', 100);
    const random = toRandom(SEED);
    let before: Before | null = null;
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const watching = watchShortly(stage, target.pid);
      await watching.until(() => watching.ticks.length > 0);
      await waitForMoment(stage.history, random);
      watching.child.kill('SIGKILL');
      await watching.ended;
      before = compare(`kill ${kill} of seed ${SEED}`, watching, before, await readStored(stage.history));
      expect(before.stored.segments).toEqual([{ because: 'first-look', pid: target.pid }]);
    }
    const last = watchShortly(stage, target.pid);
    await last.until(() => last.ticks.length > 0);

    expect(await last.stop()).toBe(1);
    const { report } = await stage.report();
    const { stored, told, untold } = before!;
    console.log(
      `seed ${SEED}: ${told.length} ticks told, ${untold} stored and not told, ${stored.orphans.length} orphans`,
    );
    expect(report.history.writer).toBe(null);
    expect(report.samples).toBe(stored.samples.length + last.ticks.length);
    const ages = new Map(report.suspects.map(({ id, firstSeen }) => [id, Date.parse(firstSeen)]));
    expect(stored.orphans.map(({ id }) => ages.get(id))).toEqual(stored.orphans.map(({ firstSeen }) => firstSeen));
  },
);

it(
  'has stored an alert before it tells anybody: whom the hook kills, the next one knows its id',
  { timeout: 120_000 },
  async () => {
    for (let round = 1; round <= ALERTS; round += 1) {
      const stage = toStage();
      const target = await stage.script('watch-turmoil.js', 50);
      const hook = join(stage.folder, 'hook');
      writeFileSync(hook, `#!/bin/sh\necho $FDLEAK_ID >> ${stage.folder}/told\nkill -9 $PPID\n`, { mode: 0o755 });
      const args = [`${target.pid}`, '--interval', `${INTERVAL_MS}ms`, '--orphan-age', '300ms', '--for', '0'];
      const watching = stage.watch([...args, '--exec', hook]);
      await watching.until(() => watching.ticks.length > 0);
      const other = await openDatabase(stage.history, 1000);
      // Commits wait for it now and then, a little: a hook that was started before the commit has time to kill.
      while (watching.child.signalCode === null) {
        other.exec('BEGIN IMMEDIATE');
        await wait(50);
        other.exec('ROLLBACK');
        await wait(60);
      }
      other.close();
      await watching.ended;
      const [id] = readFileSync(join(stage.folder, 'told'), 'utf8').split('\n');
      expect((await readStored(stage.history)).alerts, `round ${round}`).toMatchObject([{ id, resolvedAt: null }]);
      await stage.end();
    }
  },
);

function watchShortly(stage: Stage, pid: number): Watching {
  return stage.watch([`${pid}`, '--interval', `${INTERVAL_MS}ms`, '--orphan-age', '1s', '--for', '0']);
}

/** Any moment, or every other time one in the commit after it. */
async function waitForMoment(history: string, random: () => number): Promise<void> {
  await wait(random() * LONGEST_MS);
  if (random() < 0.5) return;
  const log = watchFile(`${history}-wal`);
  await once(log, 'change');
  log.close();
  await wait(random() * COMMIT_MS);
}

/** Holds what a killed watch left against what it told and what was there before it. */
function compare(which: string, watching: Watching, before: Before | null, stored: Stored): Before {
  const was = before?.stored ?? NOTHING;
  const told = [...(before?.told ?? []), ...watching.ticks];
  const opens = new Map(stored.samples.map(({ at, open }) => [at, open]));
  expect(stored.integrity, which).toBe('ok');
  expect(
    told.filter(({ at, open }) => opens.get(Date.parse(at)) !== open),
    `${which}: ticks lost`,
  ).toEqual([]);
  expect(stored.samples.slice(0, was.samples.length), which).toEqual(was.samples);
  const fresh = stored.samples.slice(was.samples.length);
  // It commits a tick and then tells it: one may be stored and not told.
  expect([0, 1], which).toContain(fresh.length - watching.ticks.length);

  expect(stored.events.slice(0, was.events.length), which).toEqual(was.events);
  const wentOn = stored.events
    .slice(was.events.length)
    .filter(({ because }) => /continues where|not watched/.test(because));
  expect(wentOn, which).toEqual(before === null ? [] : [toGoingOn(was.samples.at(-1)!.at, fresh[0]!.at)]);

  const ids = new Set(was.orphans.map(({ id }) => id));
  expect(
    stored.orphans.filter(({ id }) => ids.has(id)),
    `${which}: orphans lost or renewed`,
  ).toEqual(was.orphans);
  expect(new Set(stored.orphans.map(({ inode }) => inode)).size, which).toBe(stored.orphans.length);
  expect(
    stored.orphans.filter(({ lastSeen }) => lastSeen !== null),
    which,
  ).toEqual([]);
  // What two looks of one watch saw is a life; the later of the two, told or not, stored it with its sample.
  const looks = watching.ticks.filter(({ full }) => full);
  const isLastUntold = fresh.length > watching.ticks.length && fresh.at(-1)!.full;
  const seenTwice = looks.at(isLastUntold ? -1 : -2)?.byVerdict['orphaned'] ?? 0;
  expect(stored.orphans.length, `${which}: half a tick`).toBeGreaterThanOrEqual(seenTwice);

  const alertIds = [...was.alerts, ...watching.alerts].map(({ id }) => id);
  expect(
    stored.alerts.map(({ id }) => id),
    which,
  ).toEqual(expect.arrayContaining(alertIds));
  const open = stored.alerts.filter(({ resolvedAt }) => resolvedAt === null).map(({ rule }) => rule);
  expect(new Set(open).size, `${which}: one alert, two ids`).toBe(open.length);
  expect(stored.alerts.filter(({ rule }) => rule === 'orphans').length, which).toBeLessThanOrEqual(1);
  return { told, stored, untold: (before?.untold ?? 0) + fresh.length - watching.ticks.length };
}

const NOTHING: Stored = {
  integrity: 'ok',
  samples: [],
  segments: [],
  events: [],
  orphans: [],
  owners: 0,
  evidence: 0,
  inspections: [],
  alerts: [],
};

function toGoingOn(from: number, at: number): Stored['events'][number] {
  return at - from <= 2 * INTERVAL_MS
    ? { at, kind: 'note', from: null, because: 'this watch continues where another had ended' }
    : { at, kind: 'gap', from, because: 'not watched: the previous watch had ended' };
}
