import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { startLeaks } from './assert-target.ts';
import { FDLEAK } from './fdleak.ts';
import { findFreePort } from './free-port.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A server that keeps every connection open: what the examples are there to find. */
const LEAKY_SERVER = `require('node:net').createServer({ pauseOnConnect: true }, (one) => (globalThis.kept ??= []).push(one)).listen(Number(process.env.PORT), '127.0.0.1');`;
/** Twenty connections that leave without an answer. */
const LEAVING_LOAD = `for (let sent = 0; sent < 20; sent++) { const one = require('node:net').connect(Number(process.env.PORT), '127.0.0.1', () => setTimeout(() => one.resetAndDestroy(), 30)); }`;

/** The examples in a project of their own, in which npx finds the built command. */
function toProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'examples-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(join(ROOT, 'examples'), folder, { recursive: true });
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true });
  symlinkSync(FDLEAK, join(folder, 'node_modules', '.bin', 'fdleak'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  return folder;
}

/** The lines of an example that a machine would run; `npm ci` has been done already. */
const LINES = {
  'github.yml': (text: string): string[] => {
    const { jobs }: { jobs: { descriptors: { steps: { run?: string }[] } } } = parse(text);
    return jobs.descriptors.steps.flatMap(({ run }) => run ?? []);
  },
  'gitlab.yml': (text: string): string[] => {
    const { descriptors }: { descriptors: { script: string[] } } = parse(text);
    return descriptors.script;
  },
  Makefile: () => ['make --silent descriptors'],
} as const;

type Example = keyof typeof LINES;

function runExample(name: Example, folder: string, port: number): { status: number | null; text: string } {
  const lines = LINES[name](readFileSync(join(folder, name), 'utf8')).filter((line) => line !== 'npm ci');
  expect(lines).toHaveLength(1);
  const { status, stdout, stderr } = spawnSync('bash', ['-ec', lines.join('\n')], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PORT: `${port}` },
  });
  return { status, text: stdout + stderr };
}

describe.each<Example>(['github.yml', 'gitlab.yml', 'Makefile'])('the example %s', (name) => {
  it('passes a server that closes what it opens, and writes JUnit', async () => {
    const folder = toProject();

    const { status, text } = runExample(name, folder, await findFreePort());

    expect({ status, text }).toMatchObject({ status: 0, text: expect.stringContaining('pass  growth') });
    expect(existsSync(join(folder, 'descriptors.xml'))).toBe(true);
  });

  it('fails one that does not, and says what stays', async () => {
    const folder = toProject();
    writeFileSync(join(folder, 'server.js'), LEAKY_SERVER);
    writeFileSync(join(folder, 'load.js'), LEAVING_LOAD);

    const { status, text } = runExample(name, folder, await findFreePort());

    // make has a status of its own.
    expect(status).toBe(name === 'Makefile' ? 2 : 1);
    expect(text).toContain('leaked [20, 20, 20, 20, 20] orphaned');
  });
});

describe('the action', { timeout: 180_000 }, () => {
  let tarball = '';

  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), 'action-'));
    execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT });
    tarball = join(folder, readdirSync(folder)[0] ?? '');
    return () => rmSync(folder, { recursive: true });
  });

  const { inputs, runs }: Action = parse(readFileSync(join(ROOT, 'action', 'action.yml'), 'utf8'));

  /** Does what a runner does with a composite action: the inputs become the environment of its steps. */
  function runAction(given: Readonly<Record<string, string>>): { status: number | null; text: string } {
    const folder = toProject();
    const [step] = runs.steps;
    const values: Record<string, string> = { 'github.action_path': join(ROOT, 'action') };
    for (const [name, { default: value }] of Object.entries(inputs))
      values[`inputs.${name}`] = given[name] ?? (name === 'package' ? tarball : value);
    const env = Object.fromEntries(
      Object.entries(step?.env ?? {}).map(([name, text]) => [
        name,
        text.replace(/\$\{\{ ([\w.-]+) \}\}/g, (_, key: string) => values[key] ?? `unknown ${key}`),
      ]),
    );
    const { status, stdout, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', step?.run ?? ''], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ...env, GITHUB_ACTIONS: 'true' },
    });
    return { status, text: stdout + stderr };
  }

  it('hands every input to its script', () => {
    const used = Object.values(runs.steps[0]?.env ?? {}).join(' ');

    for (const name of Object.keys(inputs)) expect(used).toContain(`\${{ inputs.${name} }}`);
  });

  it('asserts a process, and a command that it starts', async () => {
    const { pid } = await startLeaks();

    expect(runAction({ pid: `${pid}`, 'max-open': '500', max: 'orphaned=0\nepoll=9' })).toMatchObject({ status: 0 });
    expect(runAction({ command: 'exec sleep 30', max: 'file=0' })).toMatchObject({ status: 0 });
  });

  it('fails with an annotation, and takes nothing in an input for a command', async () => {
    const { pid } = await startLeaks();
    const { status, text } = runAction({ pid: `${pid}`, max: 'socket=0', settle: '0' });
    const hostile = runAction({ pid: '1; touch hacked', 'max-open': '$(touch /tmp/hacked-by-input)' });

    expect(status).toBe(1);
    expect(text).toContain('::error title=fdleak%3A max socket::');
    expect(hostile.status).toBe(2);
    expect(existsSync('/tmp/hacked-by-input')).toBe(false);
  });

  it('refuses to guess where neither a pid nor a command is given', () => {
    expect(runAction({ 'max-open': '5' })).toMatchObject({ status: 2, text: expect.stringContaining('::error') });
  });
});

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: {
    readonly steps: readonly { readonly run: string; readonly env: Readonly<Record<string, string>> }[];
  };
}
