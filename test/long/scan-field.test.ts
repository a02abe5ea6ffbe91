/** @module-tag python3 gcc javac go */
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Scan } from '../../src/core/model/scan.ts';
import type { ScannedProcess } from '../../src/core/model/scanned-process.ts';
import { FIELD } from '../e2e/field/cases.ts';
import { HEALTHY } from '../e2e/field/healthy.ts';
import { startProgram } from '../e2e/field/start-program.ts';
import { fdleak } from '../e2e/fdleak.ts';

/** The leaks of `field/` that one look can accuse, and the place that it has to name. The others are told by a watch, and are `ok` here. */
const ACCUSED: Readonly<Record<string, readonly [what: string, where: string]>> = {
  'n-04-pidfd': ['pidfd', 'of process'],
  'n-05-procstat': ['file', '/proc/#/stat'],
  'n-06-netns': ['namespace', 'in which no process lives'],
  'n-07-bpf': ['bpf map', 'map'],
  'n-09-pipes': ['pipe', 'no other end'],
  'n-10-inherited': ['listening', 'on '],
  'n-18-container': ['dead tcp', ':8080'],
  'n-21-threadtable': ['pipe', 'no other end'],
  'n-27-terminals': ['terminal', '/dev/ptmx'],
  's-02-java-close-wait': ['CLOSE_WAIT', 'accepted on'],
  's-04-half-closed-tunnel': ['CLOSE_WAIT', 'accepted on'],
  's-16-accept-emfile': ['established', 'accepted on'],
  's-17-connect-retry': ['connect-failed', 'to 127.0.0.1:'],
  's-18-old-listeners': ['listening', '127.0.0.1:'],
  's-20-client-pool-close-wait': ['CLOSE_WAIT', 'to 127.0.0.1:'],
  's-24-two-services': ['CLOSE_WAIT', ':15432'],
};

/** Healthy servers of which there are many on a host. */
const TWICE = ['sse', 'downloads', 'supervisor', 'loops', 'spare_sockets', 'prefork', 'zygote', 'resolver', 'mapped'];
const ALSO_HEALTHY = ['n-11-lsm-healthy.py', 'n-15-zoo.c'];
const FEWEST_HEALTHY = 30;
/** Enough to reach them all: a scan ends when it has looked at everything. */
const WITHIN_S = 60;

const TIMEOUT = { timeout: (WITHIN_S + 120) * 1000 };
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('SKIPPED: leaks among healthy servers, for want of root');

it.runIf(isRoot)(
  'scan tells the leaks of the field first, each with its place, among healthy servers',
  TIMEOUT,
  async () => {
    const cases = FIELD.filter(({ file }) => toName(file) in ACCUSED);
    const leaking = new Map(
      await Promise.all(
        cases.map(async ({ file, args }) => [(await startProgram(file, args)).pid, toName(file)] as const),
      ),
    );
    const servers = [
      ...HEALTHY,
      ...TWICE.map((name) => ({ file: 'healthy.py', args: [name] })),
      ...ALSO_HEALTHY.map((file) => ({ file, args: [] })),
    ];
    const healthy = new Set(
      await Promise.all(servers.map(async ({ file, args }) => (await startProgram(file, args)).pid)),
    );
    expect(healthy.size).toBeGreaterThanOrEqual(FEWEST_HEALTHY);
    expect([...leaking.values()].toSorted()).toEqual(Object.keys(ACCUSED).toSorted());
    await wait(2000);

    const { stdout } = await fdleak(['scan', '--json', '--within', `${WITHIN_S}s`]);
    const { processes }: Scan = JSON.parse(stdout);
    // Other programs of this machine are none of ours.
    const ours = processes.filter(({ pid }) => leaking.has(pid) || healthy.has(pid));
    const accused = ours.filter(({ pid, standing }) => healthy.has(pid) && standing !== 'ok');
    expect(accused.map(say)).toEqual([]);
    const missed = ours.filter(({ pid, standing }) => leaking.has(pid) && standing === 'ok');
    expect(missed.map(say)).toEqual([]);
    const first = ours.slice(0, leaking.size).map(({ pid }) => leaking.get(pid) ?? `healthy ${pid}`);
    expect(first.toSorted()).toEqual(Object.keys(ACCUSED).toSorted());
    const placeless = ours.filter((one) => leaking.has(one.pid) && !hasPlace(one, leaking.get(one.pid) ?? ''));
    expect(placeless.map(say)).toEqual([]);
  },
);

const toName = (file: string): string => file.replace(/\.\w+$/, '');

function hasPlace({ places }: ScannedProcess, name: string): boolean {
  const [what, where] = ACCUSED[name] ?? ['?', '?'];
  return places.some((place) => place.what.startsWith(what) && (place.where ?? place.what).includes(where));
}

const say = ({ comm, cmdline, standing, because, findings, places }: ScannedProcess): string =>
  [comm, cmdline?.slice(2).join(' '), standing, because, findings.join(), JSON.stringify(places.slice(0, 3))].join(' ');
