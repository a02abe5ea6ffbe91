/** @module-tag python3 */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { toStage } from './watching.ts';

const SUDDEN = fileURLToPath(new URL('./processes/targets/sudden.py', import.meta.url));

it('an alert tells a jump, and connections that all died, within two looks, with what else changed', async () => {
  const stage = toStage();
  const { pid, ready } = await stage.start(['python3', SUDDEN]);
  // Nothing else could open an alert in this time.
  const watching = stage.watch([`${pid}`, '--interval', '300ms', '--for', '10m', '--orphan-age', '10m']);
  await watching.until(() => watching.ticks.length >= 4);
  process.kill(pid, 'SIGUSR1');
  await watching.until(() => watching.alerts.length === 1);
  process.kill(pid, 'SIGUSR2');
  await watching.until(() => watching.alerts.length === 2);

  const [jump, turned] = watching.alerts;
  expect(jump).toMatchObject({ rule: 'jump', severity: 'warning', is: 'opened', pid });
  expect(jump?.because).toMatch(/^from \d+ to \d+ open between two looks: 42 opened at \/etc\/hostname$/);
  expect(turned).toMatchObject({ rule: 'turned', severity: 'warning', is: 'opened' });
  expect(turned?.because).toMatch(
    new RegExp(
      `^40 connections died and are still open: tcp accepted on \\S*:${ready['port']}, before that peer-closed; ` +
        `at the same look the listener 127.0.0.1:${ready['other']} was closed`,
    ),
  );
  await watching.stop();
  const { report } = await stage.report();
  expect(report.alerts.map(({ rule }) => rule)).toEqual(['jump', 'turned']);
});
