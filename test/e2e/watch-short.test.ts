/** @module-tag python3 */
import { expect, it } from 'vitest';
import { fdleak } from './fdleak.ts';
import { toStage } from './watching.ts';

const OPENER = `
import time
kept = []
print('ready {}', flush=True)
while len(kept) < 500:
    kept.append(open('/etc/hostname'))
    time.sleep(0.05)
`;

it('a watch too short to tell says so, what rose and where, and how to be sure', async () => {
  const stage = toStage();
  const { pid } = await stage.start(['python3', '-c', OPENER]);
  const watching = stage.watch([`${pid}`, '--interval', '1s', '--duration', '8s', '--format', 'plain']);
  expect(await watching.ended, watching.stdout).toBe(3);

  const short = 'Too short to tell: growth needs 18 samples, about 60 s at 1 s\\. Next: watch for longer';
  const told = new RegExp(
    `^CANNOT TELL {2}python3: .* open\\. ${short}, or with --interval 200ms\\. .*, \\d+ samples`,
    'm',
  );
  expect(watching.stdout).toMatch(told);
  expect(watching.stdout).toMatch(
    /^ {2}\+\d{2,3} since the first look: \/etc\/hostname \(file\), \d+ opened, none closed$/m,
  );
  const report = await fdleak(['report', stage.history], { env: { COLUMNS: '300' } });
  expect(report.exitCode, report.stdout).toBe(3);
  expect(report.stdout).toMatch(new RegExp(`^CANNOT TELL {2}python3: ${short.replaceAll(' ', '\\s+')}`, 'm'));
  expect(report.stdout).toMatch(/^ {2}\+\d{2,3} since the first look: \/etc\/hostname /m);
});
