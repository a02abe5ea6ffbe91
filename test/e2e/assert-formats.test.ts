import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Parser } from 'tap-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import type { AssertionReport } from '../../src/core/model/assertion.ts';
import { FDLEAK, fdleak, type Ran } from './fdleak.ts';
import { type Party, startParty, startService } from './processes/proxy-parties.ts';

const SCHEMA = readFileSync(new URL('./junit.xsd', import.meta.url), 'utf8');
/** A command of a workflow, with an escaped title and an escaped message, on one line. */
const ANNOTATION = /^::(?:error|warning|notice)(?: [a-z]+=[^:,\r\n]*(?:,[a-z]+=[^:,\r\n]*)*)?::[^\r\n]+$/;

const folder = mkdtempSync(join(tmpdir(), 'formats-'));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

interface Verdict {
  readonly ran: Ran;
  readonly report: AssertionReport;
  readonly junit: string;
  readonly tap: string;
  readonly summary: string;
  readonly port: number;
}

/** The reference proxy, whose service has frozen, under clients that come and leave; asserted once, in every format. */
async function assertProxy(mode: 'leaky' | 'fixed'): Promise<Verdict> {
  const parties: Party[] = [];
  try {
    const proxy = await startParty(mode === 'leaky' ? ['--leaky'] : ['--pair-timeout', '200ms', '--heartbeat', '10m']);
    parties.push(proxy);
    const service = await startService(proxy, '--retry', '1h');
    parties.push(service);
    service.signal('SIGSTOP');
    const port = service.ready.srvPort;
    const exercise = `${process.execPath} ${FDLEAK} proxy client --to 127.0.0.1:${port} --count 2 --hold 50ms --client-exit reset || true`;
    const names = ['junit', 'tap', 'json', 'nagios', 'text'].flatMap((format) => [
      '--report',
      `${format}=${at(`${mode}.${format}`)}`,
    ]);
    const ran = await fdleak(
      [
        'assert',
        `${proxy.pid}`,
        '--max',
        'orphaned=0',
        '--exercise',
        exercise,
        '--warmup',
        '1',
        '--runs',
        '3',
        '--settle',
        '1s',
        ...names,
      ],
      { env: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: at(`${mode}.summary`) } },
    );
    const read = (format: string): string => readFileSync(at(`${mode}.${format}`), 'utf8');
    return {
      ran,
      report: JSON.parse(read('json')),
      junit: read('junit'),
      tap: read('tap'),
      summary: read('summary'),
      port,
    };
  } finally {
    for (const party of parties) {
      if (party.child.exitCode === null) party.signal('SIGCONT');
      await party.stop();
    }
  }
}

let leaky: Verdict;
let fixed: Verdict;

beforeAll(async () => {
  leaky = await assertProxy('leaky');
  fixed = await assertProxy('fixed');
});

describe('the reference proxy, asserted', () => {
  it('fails when it leaks, with the count and the listener', () => {
    const { ran, report, port } = leaky;

    expect(ran.exitCode).toBe(1);
    expect(report).toMatchObject({ passed: false, runs: [2, 2, 2] });
    expect(ran.stdout).toContain('max orphaned: expected <= 0, found 8');
    expect(ran.stdout).toContain(`leaked [2, 2, 2] orphaned, tcp accepted on 127.0.0.1:${port}`);
  });

  it('passes when it is fixed', () => {
    expect(fixed.ran.exitCode).toBe(0);
    expect(fixed.report).toMatchObject({ passed: true, runs: [0, 0, 0] });
  });

  it.each([
    { mode: 'leaky' as const, failures: 2 },
    { mode: 'fixed' as const, failures: 0 },
  ])('writes JUnit that its schema accepts, of the $mode one', async ({ mode, failures }) => {
    const { junit, port } = mode === 'leaky' ? leaky : fixed;
    const { valid, errors } = await validateXML({ xml: junit, schema: SCHEMA });

    expect({ valid, errors }).toEqual({ valid: true, errors: [] });
    expect(junit).toContain(`<testsuites name="fdleak" tests="2" failures="${failures}" errors="0"`);
    expect(junit.includes(`accepted on 127.0.0.1:${port}`)).toBe(failures > 0);
  });

  it('writes JUnit whose schema would refuse a wrong attribute', async () => {
    const { valid, errors } = await validateXML({ xml: leaky.junit.replace(' tests=', ' test='), schema: SCHEMA });

    expect({ valid, said: errors[0]?.message }).toEqual({ valid: false, said: expect.stringContaining("'test'") });
  });

  it('writes TAP that a consumer reads', () => {
    const read = (text: string): { ok: boolean; count: number; fail: number } => {
      const { ok, count, fail } = parseTap(text);
      return { ok, count, fail };
    };

    expect(read(leaky.tap)).toEqual({ ok: false, count: 2, fail: 2 });
    expect(read(fixed.tap)).toEqual({ ok: true, count: 2, fail: 0 });
    const [failure] = parseTap(leaky.tap).failures;
    expect(failure?.diag).toMatchObject({ expected: '<= 0', found: 8, descriptors: expect.any(Array) });
  });

  it('annotates a GitHub job by its grammar, and fills its summary', () => {
    const annotations = leaky.ran.stdout.split('\n').filter((line) => line.startsWith('::'));

    expect(annotations).toHaveLength(2);
    for (const annotation of annotations) expect(annotation).toMatch(ANNOTATION);
    expect(annotations[1]).toContain(`accepted on 127.0.0.1:${leaky.port}`);
    expect(fixed.ran.stdout).not.toContain('::error');
    expect(leaky.summary).toContain('| **fail** | max orphaned |');
    expect(fixed.summary).toContain('| pass | max orphaned |');
  });

  it('writes a line for Nagios, with perfdata', () => {
    const line = readFileSync(at('leaky.nagios'), 'utf8');

    expect(line).toMatch(/^FDLEAK CRITICAL - .*max orphaned.* \| fds=\d+;;;0;\d+ orphaned=8;;0;0\n$/);
    expect(readFileSync(at('fixed.nagios'), 'utf8')).toMatch(/^FDLEAK OK - /);
  });
});

describe('fdleak assert --nagios', () => {
  it.each([
    { args: ['--max-open', '5000'], status: 0, word: 'OK' },
    { args: ['--max-open', '1', '--settle', '0'], status: 2, word: 'CRITICAL' },
  ])('exits as a plugin does: $word', async ({ args, status, word }) => {
    const { exitCode, stdout } = await fdleak(['assert', `${process.pid}`, '--nagios', ...args]);

    expect({ exitCode, word: stdout.split(' ')[1] }).toEqual({ exitCode: status, word });
  });

  it('is UNKNOWN, 3, for a process that is gone', async () => {
    const { exitCode, stdout } = await fdleak(['assert', '4194000', '--nagios', '--max-open', '5']);

    expect({ exitCode, word: stdout.split(' ')[1] }).toEqual({ exitCode: 3, word: 'UNKNOWN' });
  });
});

describe('fdleak assert, with a report that cannot be written', () => {
  it('does not pass', async () => {
    const { exitCode, stderr } = await fdleak([
      'assert',
      `${process.pid}`,
      '--max-open',
      '99999',
      '--junit',
      '/nowhere/x.xml',
    ]);

    expect(exitCode).toBe(3);
    expect(stderr).toContain('/nowhere/x.xml');
  });
});

function parseTap(text: string): NonNullable<Parser['results']> {
  const parser = new Parser();
  parser.end(text);
  if (parser.results === null) throw new Error('the parser did not end');
  return parser.results;
}
