/** @module-tag python3 */
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fdleak } from './fdleak.ts';
import { toStage } from './watching.ts';

const NOBODY = 65_534;
const AS_NOBODY = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'];

/** A master that listens, and two workers that accept on the same socket. */
const PREFORK = `
import json, os, socket, time
s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(8)
workers = []
for _ in range(2):
    pid = os.fork()
    if pid == 0:
        while os.getppid() != 1: time.sleep(0.1)
        os._exit(0)
    workers.append(pid)
print('ready ' + json.dumps({'port': s.getsockname()[1], 'first': workers[0], 'second': workers[1]}), flush=True)
time.sleep(60)
`;

/** Becomes another program in the same process once the file is there. */
const EXEC = `echo 'ready {}'; until [ -e "$0" ]; do sleep 0.1; done; exec sleep 60`;

describe('a watch of a process whose descriptors it may not see', () => {
  it('says so once, why, and what to do; establishes nothing, and takes nothing for 0', async (context) => {
    if (process.getuid?.() !== 0) context.skip('needs root, to watch as another user');
    const stage = toStage();
    const leaker = await stage.script('watch-leaker.js', 100);
    const args = [`${leaker.pid}`, '--interval', '200ms', '--samples', '4', '--no-history'];
    const because = `/proc/${leaker.pid}/fd may not be read by this user`;
    const [ndjson, plain] = [stage.watch(args, AS_NOBODY), stage.watch([...args, '--format', 'plain'], AS_NOBODY)];

    expect([await ndjson.ended, await plain.ended]).toEqual([3, 3]);
    expect(ndjson.ticks).toHaveLength(4);
    for (const tick of ndjson.ticks) expect(tick).toMatchObject({ byVerdict: null, oldOrphans: null });
    const said = ndjson.events.filter((event) => event.because.includes(because));
    expect(said.map((event) => event.because)).toEqual([
      `cannot see descriptors: ${because}. Next: watch as the user of the process, as root, or with CAP_BPF and CAP_PERFMON`,
    ]);
    expect(plain.stdout).toMatch(/\(\d\.\d %\) {2}only counted, not seen; too-short\n/);
    expect(plain.stdout).toMatch(
      new RegExp(
        `^CANNOT TELL {2}node: \\d+ of \\d+ .* open\\. Cannot see descriptors: ${because}\\. Next: watch as`,
        'm',
      ),
    );
    expect(plain.stdout).not.toContain('NO LEAK');
    expect(plain.stdout.match(/^.*too-short.*$/gm)).toHaveLength(2);
  });
});

describe('a watch by port of a server and its workers', () => {
  it('says that it watches the first alone, who the others are, and how to have them counted', async () => {
    const stage = toStage();
    const { pid, ready } = await stage.start(['python3', '-c', PREFORK]);
    const args = ['--port', `${ready['port']}`, '--interval', '200ms', '--samples', '2'];
    const alone = stage.watch(args);
    await alone.ended;
    const all = stage.watch([...args, '--children', '--no-history']);
    await all.ended;

    const line =
      `port ${ready['port']} matches 3 processes; watching only the first, ${pid}. ` +
      `Next: --children includes the 2 others (${ready['first']}, ${ready['second']})`;
    expect(alone.stderr).toContain(`fdleak: ${line}\n`);
    expect(alone.events.map(({ because }) => because)).toContain(line);
    expect(all.stderr).not.toContain('matches 3 processes');
    expect(all.last.open).toBeGreaterThan(2 * alone.last.open);
  });
});

describe('the summary of a watch', () => {
  it('names what it looked for where nothing was to be seen', async () => {
    const stage = toStage();
    const name = `nobody-${process.pid}`;
    const watching = stage.watch(
      ['--name', `${name}$`, '--interval', '100ms', '--duration', '300ms', '--format', 'plain'].concat('--no-history'),
    );

    expect(await watching.ended).toBe(3);
    expect(watching.stdout).toContain(`  ${name}$ is not running\n`);
    expect(watching.stdout).toMatch(
      new RegExp(`^NOT SEEN {2}${name}\\$: no such process was ever seen\\. Watched for`, 'm'),
    );
  });

  it('and its last event name a process as it is called after an exec', async () => {
    const stage = toStage();
    const goOn = join(stage.folder, 'go-on');
    const { pid } = await stage.start(['bash', '-c', EXEC, goOn]);
    const watching = stage.watch([`${pid}`, '--interval', '100ms', '--format', 'plain', '--no-history']);
    await watching.until(() => watching.stdout.includes(`first look at process ${pid} (bash)`));
    writeFileSync(goOn, '');
    await watching.until(() => watching.stdout.includes(`exec: process ${pid} (sleep)`));
    process.kill(pid, 'SIGKILL');

    expect(await watching.ended).toBe(0);
    expect(watching.stdout).toContain(`process ${pid} (sleep) has ended`);
    expect(watching.stdout).toMatch(/^NO LEAK ESTABLISHED {2}sleep: /m);
  });

  it('tells the size that the history has in the end', async () => {
    const stage = toStage();
    const leaker = await stage.script('watch-leaker.js', 20);
    const watching = stage.watch([`${leaker.pid}`, '--interval', '100ms', '--samples', '30', '--format', 'plain']);
    await watching.ended;

    const kib = Number((statSync(stage.history).size / 1024).toFixed(1));
    expect(watching.stdout).toContain(`  history: ${stage.history} (${kib} KiB)\n`);
  });
});

describe('a report', () => {
  it('from a moment after the end of the history says that there is nothing, and shows no suspects', async () => {
    const stage = toStage();
    const leaker = await stage.script('watch-leaker.js', 50);
    await stage.watch([`${leaker.pid}`, '--interval', '100ms', '--samples', '5']).ended;
    expect((await stage.report()).report.suspects.length).toBeGreaterThan(0);
    const { exitCode, stdout } = await fdleak(['report', stage.history, '--since', '2100-01-01T00:00:00Z']);

    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^NOT SEEN {2}node: nothing since 2100-01-01 00:00:00Z: the history ends at 20/);
    expect(stdout).not.toMatch(/samples|Suspects/);
    const later = await stage.report('--since', '2100-01-01T00:00:00Z');
    expect(later.report).toMatchObject({ samples: 0, suspects: [], conclusion: 'not-seen' });
  });

  it('tells a file that is not there from a folder that may not be entered', async (context) => {
    if (process.getuid?.() !== 0) context.skip('needs root, to read as another user');
    const stage = toStage();
    const folder = stage.folderOfRoot(0o700);
    const [locked, none] = await Promise.all(
      [join(folder, 'h.db'), join(stage.folder, 'none.db')].map((path) => fdleak(['report', path], { as: NOBODY })),
    );

    expect([locked!.exitCode, none!.exitCode]).toEqual([3, 3]);
    expect(locked!.stderr).toContain('a folder on its path may not be entered by this user (EACCES). Next: run as');
    expect(none!.stderr).toContain('there is no such file. Next: ');
  });
});
