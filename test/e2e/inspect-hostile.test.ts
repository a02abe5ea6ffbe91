/** @module-tag python3 */
import { execa } from 'execa';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Descriptor } from '../../src/core/model/descriptor.ts';
import type { Inspection } from '../../src/core/model/inspection.ts';
import { fdleak, inspectJson, type Ran, RUN } from './fdleak.ts';
import { startTarget } from './target.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const isRoot = process.getuid?.() === 0;

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
  // rm(1) goes down step by step: the path as a whole may be longer than the kernel takes.
  onTestFinished(() => {
    spawnSync('rm', ['-rf', folder]);
  });
  return folder;
}

interface Untouched {
  readonly pid: number;
  readonly reset: number;
  readonly living: number;
}

const sourceOf = ({ sources }: Inspection, name: string) => sources.find((one) => one.name === name);
const verdictOf = ({ descriptors }: Inspection, fd: number) => descriptors.find((one) => one.fd === fd)?.verdict;

describe('fdleak inspect with tools that misbehave', () => {
  /** Runs it with programs of these texts first in PATH. */
  async function inspectWith(tools: Readonly<Record<string, string>>, args: readonly string[] = []) {
    const { ready } = await startTarget<Untouched>('untouched.py');
    const folder = makeFolder();
    for (const [name, text] of Object.entries(tools)) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(folder, name), 0o755);
    }
    const env = { PATH: `${folder}:${process.env['PATH']}` };
    const { exitCode, stdout } = await fdleak(['inspect', `${ready.pid}`, '--json', ...args], { env });
    const inspection: Inspection = JSON.parse(stdout);
    expect(verdictOf(inspection, ready.reset)?.is).toBe('orphaned');
    expect(verdictOf(inspection, ready.living)?.is).toBe('established');
    return { inspection, exitCode };
  }

  it('gives up on those that hang, and says so', async () => {
    // Longer than this test may take.
    const hangs = 'exec sleep 600';
    const { inspection, exitCode } = await inspectWith({ lsof: hangs, ss: hangs, prlimit: hangs }, [
      '--tool-timeout',
      '300ms',
    ]);
    for (const name of ['lsof', 'ss', 'prlimit']) {
      expect(sourceOf(inspection, name)).toMatchObject({ status: 'timed-out', because: 'still running after 300 ms' });
    }
    expect(inspection.capability.missing.map(({ what }) => what)).toEqual(expect.arrayContaining(['lsof', 'ss']));
    expect([exitCode, inspection.capability.level]).toEqual([0, 'autopsy']);
  });

  it('gives up on one that ignores its end and fills its output', async () => {
    const { inspection } = await inspectWith({ lsof: "trap '' TERM HUP PIPE; while :; do echo x; done" }, [
      '--tool-timeout',
      '300ms',
    ]);
    expect(sourceOf(inspection, 'lsof')?.status).toBe('timed-out');
  });

  it.each([
    { name: 'rubbish', text: 'head -c 20000 /dev/urandom' },
    {
      name: 'the words of another language',
      text: 'echo "lsof: WARNUNG: kann /proc nicht lesen"; echo "BEFEHL PID NUTZER"',
    },
    { name: 'rows that nobody asked for', text: 'printf "p1\\0\\nf7\\0tsock\\0i1\\0nprotocol: TCP\\0\\n"' },
  ])('believes nothing of $name', async ({ text }) => {
    const { inspection } = await inspectWith({ lsof: text, ss: text, prlimit: text });
    expect(['partial', 'read']).toContain(sourceOf(inspection, 'lsof')?.status);
    expect(sourceOf(inspection, 'ss')?.status).toBe('partial');
    expect(inspection.faults.length).toBeGreaterThan(0);
    expect(inspection.summary.byVerdict?.undecided).toBeUndefined();
    expect(inspection.summary.byVerdict?.unlisted).toBeUndefined();
  });

  it('takes what lsof printed before it failed, and says nothing of what ss did', async () => {
    const tools = {
      lsof: '/usr/bin/lsof "$@"; exit 1',
      ss: '/usr/bin/ss "$@"; echo "Cannot open netlink socket: too many" >&2; exit 255',
      prlimit: 'echo "prlimit: no such thing" >&2; exit 1',
    };
    const { inspection } = await inspectWith(tools, ['--tool-timeout', '60s']);
    expect(sourceOf(inspection, 'lsof')).toMatchObject({ status: 'read', unmatched: expect.any(Number) });
    expect(sourceOf(inspection, 'ss')).toMatchObject({
      status: 'failed',
      because: 'Cannot open netlink socket: too many',
    });
    expect(sourceOf(inspection, 'prlimit')).toMatchObject({ status: 'failed', because: 'prlimit: no such thing' });
  });
});

describe.runIf(isRoot)('fdleak inspect without lsof and ss', () => {
  it('says that they are not installed, and decides all that it did', async () => {
    const { ready } = await startTarget<Untouched>('untouched.py');
    const folder = makeFolder();
    // The same programs but for two, in the place of all, in a mount namespace that ends with the command.
    const bare = `
      mount --bind /usr/bin "$0/all" && mkdir "$0/bare"
      for one in "$0"/all/*; do ln -s "$one" "$0/bare/"; done
      rm "$0/bare/lsof" "$0/bare/ss"
      for place in /usr/sbin /sbin; do [ -L "$place" ] || mount --bind "$0/empty" "$place"; done
      mount --bind "$0/bare" /usr/bin && exec "$@"`;
    mkdirSync(join(folder, 'all'));
    mkdirSync(join(folder, 'empty'));
    const command = [...RUN, 'inspect', `${ready.pid}`, '--json'];
    const { stdout, stderr } = await execa('unshare', ['-m', 'sh', '-c', bare, folder, ...command], { reject: false });
    expect(stderr).toBe('');
    const inspection: Inspection = JSON.parse(stdout);

    for (const name of ['lsof', 'ss']) {
      expect(sourceOf(inspection, name)).toMatchObject({ status: 'unavailable', because: 'not installed' });
    }
    expect(inspection.capability).toMatchObject({ level: 'autopsy' });
    expect(verdictOf(inspection, ready.reset)?.is).toBe('orphaned');
  });
});

describe('fdleak inspect without koffi', () => {
  /** The built command in a folder where that one package cannot be loaded: one that is missing might be found further up. */
  async function runWithoutKoffi(args: readonly string[]): Promise<Ran> {
    const folder = makeFolder();
    for (const name of ['bin', 'dist', 'package.json'])
      cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    mkdirSync(join(folder, 'node_modules/koffi'), { recursive: true });
    writeFileSync(join(folder, 'node_modules/koffi/index.js'), 'throw new Error("no build for this machine");\n');
    for (const name of readdirSync(join(ROOT, 'node_modules'))) {
      if (name !== 'koffi' && name !== '@koromix')
        symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
    }
    const { exitCode, stdout, stderr } = await execa(process.execPath, [join(folder, 'bin/fdleak.js'), ...args], {
      reject: false,
    });
    return { exitCode, stdout, stderr };
  }

  it('calls dead sockets unlisted by the protocol that lsof tells, and says what would decide', async () => {
    const { ready } = await startTarget<Untouched>('untouched.py');
    const { exitCode, stdout } = await runWithoutKoffi(['inspect', `${ready.pid}`, '--json']);
    const inspection: Inspection = JSON.parse(stdout);

    expect(exitCode).toBe(3);
    expect(inspection.capability.level).toBe('sockets');
    expect(inspection.capability.missing.find(({ what }) => what.includes('autopsy'))).toMatchObject({
      because: expect.stringContaining('koffi'),
      remedy: expect.stringContaining('npm install koffi'),
    });
    expect(verdictOf(inspection, ready.reset)).toMatchObject({ is: 'unlisted', leak: 'suspect', cause: null });
    expect(inspection.descriptors.find(({ fd }) => fd === ready.reset)?.socket).toMatchObject({
      family: 'inet',
      protocol: 'tcp',
    });
    expect(inspection.summary).toMatchObject({ byLeak: { certain: 0 }, byVerdict: { unlisted: 2 } });
    expect(inspection.summary.byVerdict?.orphaned).toBeUndefined();
  });

  it('is undecided where lsof does not tell the protocol either', async () => {
    const { ready } = await startTarget<Untouched>('untouched.py');
    const { exitCode, stdout } = await runWithoutKoffi(['inspect', `${ready.pid}`, '--json', '--sources', 'proc']);
    const inspection: Inspection = JSON.parse(stdout);
    expect(exitCode).toBe(3);
    expect(verdictOf(inspection, ready.reset)).toMatchObject({ is: 'undecided' });
    expect(inspection.summary.byVerdict?.orphaned).toBeUndefined();
  });

  it('says on the terminal that it cannot tell', async () => {
    const { ready } = await startTarget<Untouched>('untouched.py');
    const { exitCode, stdout } = await runWithoutKoffi(['inspect', `${ready.pid}`]);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^CANNOT TELL/);
  });
});

describe('fdleak inspect of a process whose every name deceives', () => {
  interface Hostile {
    readonly pid: number;
    readonly evil: string;
    readonly file: number;
    readonly deleted: number;
    readonly memfd: number;
    readonly named: number;
    readonly abstract: number;
    readonly tooLong: number;
  }
  const start = async (): Promise<{ ready: Hostile; evil: Buffer; folder: string }> => {
    const folder = makeFolder();
    const { ready } = await startTarget<Hostile>('hostile-names.py', [folder, '\u001b[31margument\n\u202e']);
    return { ready, evil: Buffer.from(ready.evil, 'base64'), folder };
  };
  const bytesOf = ({ target, targetBase64 }: Descriptor): Buffer =>
    targetBase64 === null ? Buffer.from(target) : Buffer.from(targetBase64, 'base64');

  it('keeps every byte of them in JSON', async () => {
    const { ready, evil, folder } = await start();
    const { inspection, exitCode } = await inspectJson(ready.pid);
    const find = (fd: number): Descriptor => {
      const found = inspection.descriptors.find((one) => one.fd === fd);
      if (found === undefined) throw new Error(`no descriptor ${fd}`);
      return found;
    };
    const at = (name: string, end = ''): Buffer =>
      Buffer.concat([Buffer.from(`${folder}/${name}`), evil, Buffer.from(end)]);

    expect(exitCode).toBe(0);
    expect(bytesOf(find(ready.file))).toEqual(at('f'));
    expect(bytesOf(find(ready.deleted))).toEqual(at('d', ' (deleted)'));
    expect(find(ready.deleted)).toMatchObject({ kind: 'file', deleted: true, sizeBytes: 5 });
    expect(find(ready.memfd).kind).toBe('memfd');
    const [named, abstract] = [find(ready.named).socket, find(ready.abstract).socket];
    const pathOf = (socket: Descriptor['socket']): Buffer | null =>
      socket?.family === 'unix' && socket.pathBase64 !== null ? Buffer.from(socket.pathBase64, 'base64') : null;
    expect(pathOf(named)).toEqual(Buffer.concat([Buffer.from('u'), evil]));
    expect(pathOf(abstract)).toEqual(Buffer.concat([Buffer.from('@a'), evil]));
    expect(find(ready.named).verdict.is).toBe('in-use');
    expect(inspection.process.cmdline?.at(-1)).toBe('\u001b[31margument\n\u202e');
  });

  it('shows a descriptor whose path is longer than a page, and all the others', async () => {
    const { ready } = await start();
    const { inspection } = await inspectJson(ready.pid);
    expect(inspection.descriptors.find(({ fd }) => fd === ready.tooLong)).toMatchObject({
      kind: 'file',
      deleted: false,
    });
    expect(inspection.capability.level).toBe('autopsy');
  });

  it.each([['table'], ['markdown']])('shows none of them raw: %s', async (format) => {
    const { ready } = await start();
    const { stdout } = await fdleak(['inspect', `${ready.pid}`, '--fds', '--format', format, '--color', 'never']);
    // eslint-disable-next-line no-control-regex -- controls are what this is about
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    expect(stdout.split('\n').filter((line) => line.startsWith('OK  all is well'))).toEqual([]);
    expect(stdout).toContain('\\x1b');
  });

  it('shows none of them raw where it cannot look', async () => {
    const { ready } = await start();
    process.kill(ready.pid, 'SIGSTOP');
    const { stdout } = await fdleak(['limits', `${ready.pid}`]);
    process.kill(ready.pid, 'SIGCONT');
    // eslint-disable-next-line no-control-regex -- controls are what this is about
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  });
});
