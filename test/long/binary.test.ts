/** @module-tag strace setpriv */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, copyFileSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../project/root.ts';
import { BINARY, buildBinary, makeFolder } from './single-file.ts';

const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** The file for arm64, started here. */
const ARM64 = [
  'qemu-aarch64-static',
  '-L',
  '/usr/aarch64-linux-gnu',
  join(ROOT, 'dist-bin/fdleak-linux-arm64'),
] as const;

beforeAll(() => buildBinary(), 300_000);

describe('the single file', () => {
  test('is the same, byte for byte, when another clone makes it', async () => {
    const clone = makeFolder('clone');
    await execa('sh', ['-c', 'git ls-files -z | xargs -0 cp --parents -t "$0"', clone], { cwd: ROOT });
    symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
    await execa('npm', ['run', 'build:binary'], { cwd: clone });
    expect(hashOf(join(clone, 'dist-bin/fdleak-linux-x64'))).toBe(hashOf(BINARY));
  });

  test('refuses to run with rights of its file, and says so', async () => {
    const copy = join(makeFolder('setuid'), 'fdleak');
    copyFileSync(BINARY, copy);
    chmodSync(dirname(copy), 0o755);
    chmodSync(copy, 0o4755);
    const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups', '--'];
    const { exitCode, stderr } = await execa('setpriv', [...nobody, copy, '-V'], { reject: false });
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^fdleak: refuses to run as a setuid file/);
    chmodSync(copy, 0o755);
    expect((await execa('setpriv', [...nobody, copy, '-V'])).exitCode).toBe(0);
  });

  test(
    'make install puts it with pages, completion and unit, and make uninstall takes all of it away',
    { tags: ['make'] },
    async () => {
      const folder = makeFolder('install');
      const make = (goal: string) => execa('make', ['-s', '-C', ROOT, goal, `DESTDIR=${folder}`]);
      const files = (): string[] =>
        readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((one) => one.isFile())
          .map((one) => join(one.parentPath, one.name).slice(folder.length));
      await make('install');
      expect(files()).toEqual(
        expect.arrayContaining([
          '/usr/local/bin/fdleak',
          '/usr/local/share/man/man1/fdleak-serve.1',
          '/usr/local/share/bash-completion/completions/fdleak',
          '/usr/local/share/zsh/site-functions/_fdleak',
          '/usr/local/share/fish/vendor_completions.d/fdleak.fish',
          '/usr/local/lib/systemd/system/fdleak-serve.service',
        ]),
      );
      expect(readFileSync(`${folder}/usr/local/lib/systemd/system/fdleak-serve.service`, 'utf8')).toContain(
        '/usr/local/bin/fdleak serve',
      );
      await make('uninstall');
      expect(files()).toEqual([]);
    },
  );

  test('is made for arm64 as well, and starts under qemu', { tags: ['qemu-aarch64-static'] }, async () => {
    buildBinary('arm64');
    const [qemu, ...arm] = ARM64;
    expect((await execa(qemu, [...arm, '-V'])).stdout).toMatch(/^\d+\.\d+\.\d+ \(single file/);
    expect((await execa(qemu, [...arm, '--help'])).stdout).toContain('fdleak inspect');
  });

  test('watches and serves, though its engine has no collector that is asked by name', async () => {
    const watch = ['watch', `${process.pid}`, '--duration', '2s', '--interval', '1s', '--no-history'];
    expect((await execa(BINARY, watch, { reject: false })).stdout).toMatch(/^NO LEAK ESTABLISHED /m);
    const serve = await execa(BINARY, ['serve', '--listen', '127.0.0.1:0', '--interval', '1s'], {
      reject: false,
      timeout: 4000,
    });
    expect([serve.stdout, serve.stderr]).toEqual([expect.stringMatching(/^serving http:/), '']);
  });

  test('opens nothing of the folder that it is started in', async () => {
    const folder = makeFolder('hostile');
    const script = join(folder, 'evil.js');
    writeFileSync(script, `require('fs').writeFileSync(${JSON.stringify(join(folder, 'owned'))}, '')`);
    writeFileSync(join(folder, 'bunfig.toml'), `preload = ["${script}"]\n`);
    writeFileSync(join(folder, '.env'), 'FDLEAK_BPF=0\n');
    writeFileSync(join(folder, 'package.json'), '{"type": "module", "imports": {"#x": "./evil.js"}}');
    writeFileSync(join(folder, 'tsconfig.json'), '{"compilerOptions": {"paths": {"*": ["./evil.js"]}}}');
    const trace = join(makeFolder('trace'), 'opened');
    const { stdout } = await execa('strace', ['-f', '-e', 'trace=open,openat', '-o', trace, BINARY, '-V'], {
      cwd: folder,
    });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+/);
    const opened = readFileSync(trace, 'utf8');
    // The trace is a trace: the program itself opens /proc.
    expect(opened).toContain('openat(');
    expect(opened).not.toMatch(/bunfig|\.env"|package\.json|tsconfig|evil|owned/);
  });

  test('is linked with glibc 2.17 and nothing newer, on either machine', { tags: ['readelf'] }, async () => {
    buildBinary('arm64');
    for (const path of [BINARY, join(ROOT, 'dist-bin/fdleak-linux-arm64')]) {
      const { stdout: needed } = await execa('readelf', ['-d', path]);
      expect(
        [...needed.matchAll(/\[([\w.-]+)\.so/g)].map(([, name]) => `${name}`).toSorted((a, b) => a.localeCompare(b)),
      ).toEqual([expect.stringMatching(/^ld-linux-/), 'libc', 'libdl', 'libm', 'libpthread']);
      const { stdout } = await execa('readelf', ['-V', path]);
      const minors = [...stdout.matchAll(/GLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor));
      expect(Math.max(...minors)).toBe(17);
    }
  });

  test('for musl is built, and needs libstdc++ beside it', { tags: ['readelf'] }, async () => {
    buildBinary('x64-musl');
    const { stdout } = await execa('readelf', ['-d', join(ROOT, 'dist-bin/fdleak-linux-x64-musl')]);
    expect([...stdout.matchAll(/NEEDED.*\[(.*)\]/g)].map(([, name]) => name)).toEqual([
      'libstdc++.so.6',
      'libc.musl-x86_64.so.1',
    ]);
  });

  test('does without every system call that Linux 3.10 does not have', async () => {
    const trace = join(makeFolder('trace'), 'calls');
    const refused = ['-f', '-o', trace, '-e', `inject=${NEWER_THAN_3_10}:error=ENOSYS`];
    const run = async (...args: string[]) => await execa('strace', [...refused, BINARY, ...args], { reject: false });
    const { process: found } = JSON.parse((await run('inspect', `${process.pid}`, '--json')).stdout);
    expect(found.pid).toBe(process.pid);
    expect(readFileSync(trace, 'utf8')).toMatch(/ENOSYS.*\(INJECTED\)/);
    const history = join(makeFolder('history'), 'h.db');
    await run('watch', `${process.pid}`, '--duration', '2s', '--interval', '1s', '--history', history);
    expect((await run('report', history)).stdout).toContain('NO LEAK ESTABLISHED');
  });

  test.each([
    { machine: 'x64', run: [BINARY] },
    { machine: 'arm64', run: ARM64 },
  ])(
    'says of a crash of its engine that it is an internal error, before anything else, and ends as of one: $machine',
    { tags: ['qemu-aarch64-static'] },
    async ({ machine, run: [command = '', ...before] }) => {
      buildBinary(machine);
      const watch = execa(command, [...before, 'watch', `${process.pid}`, '--no-history'], { reject: false });
      await once(watch.stdout, 'data');
      watch.kill('SIGSEGV');
      const { exitCode, stderr } = await watch;
      expect(exitCode).toBe(70);
      expect(stderr).toMatch(/^fdleak: internal error, please report it/);
      expect(stderr).not.toMatch(/bug in Bun|Bun's team/);
    },
  );
});

/** @see syscalls(2): what came with Linux 3.14 to 5.16, of what strace 6.1 knows and a program like this may call. */
const NEWER_THAN_3_10 =
  'sched_setattr,renameat2,seccomp,getrandom,memfd_create,bpf,execveat,userfaultfd,membarrier,mlock2,copy_file_range,preadv2,pwritev2,pkey_mprotect,pkey_alloc,statx,io_pgetevents,rseq,pidfd_send_signal,io_uring_setup,io_uring_enter,io_uring_register,open_tree,pidfd_open,clone3,close_range,openat2,pidfd_getfd,faccessat2,process_madvise,epoll_pwait2,futex_waitv';
