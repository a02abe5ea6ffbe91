/** @module-tag strace setpriv */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ROOT } from '../project/root.ts';

const BINARY = join(ROOT, 'dist-bin/fdleak-linux-x64');

const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

function makeFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `fdleak-${name}-`));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder with the single file and the parts of glibc that it is linked with: no shell, no /dev, no /tmp. */
function makeRoot(): string {
  const root = makeFolder('root');
  for (const path of execFileSync('ldd', [BINARY], { encoding: 'utf8' }).match(/\/\S+/g) ?? []) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    copyFileSync(path, join(root, path));
  }
  copyFileSync(BINARY, join(root, 'fdleak'));
  for (const name of ['proc', 'history']) mkdirSync(join(root, name));
  return root;
}

beforeAll(() => {
  execFileSync(process.execPath, [join(ROOT, 'scripts/build-binary.js')]);
}, 300_000);

describe('the single file', () => {
  test('is the same, byte for byte, when another clone makes it', async () => {
    const clone = makeFolder('clone');
    for (const name of ['src', 'docs', 'scripts', 'package.json', 'tsconfig.json'])
      cpSync(join(ROOT, name), join(clone, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
    await execa(process.execPath, [join(clone, 'scripts/build-binary.js')]);
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
    await execa(process.execPath, [join(ROOT, 'scripts/build-binary.js'), 'arm64']);
    const arm = ['-L', '/usr/aarch64-linux-gnu', join(ROOT, 'dist-bin/fdleak-linux-arm64')];
    expect((await execa('qemu-aarch64-static', [...arm, '-V'])).stdout).toMatch(/^\d+\.\d+\.\d+ \(single file/);
    expect((await execa('qemu-aarch64-static', [...arm, '--help'])).stdout).toContain('fdleak inspect');
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

  test('needs glibc and nothing else: in a root with that alone, that cannot be written, it inspects, watches, reports and demos', async () => {
    const root = makeRoot();
    const history = makeFolder('history');
    const inside = async (...args: string[]) => {
      const script =
        'mount --bind "$1" "$1" && mount --rbind /proc "$1/proc" && mount --bind "$2" "$1/history" && mount -o remount,ro,bind "$1" && shift 2 && exec chroot "$0" /fdleak "$@"';
      return await execa('unshare', ['-m', 'sh', '-c', script, root, root, history, ...args], { reject: false });
    };
    const { capability, descriptors } = JSON.parse((await inside('inspect', `${process.pid}`, '--json')).stdout);
    expect(capability.level).toBe('autopsy');
    expect(descriptors.length).toBeGreaterThan(3);
    const watch = ['watch', `${process.pid}`, '--duration', '2s', '--interval', '1s', '--history', '/history/h.db'];
    expect(await inside(...watch)).toMatchObject({ exitCode: 0 });
    expect((await inside('report', '/history/h.db')).stdout).toContain('NO LEAK ESTABLISHED');
    expect((await inside('demo', '--clients', '5')).stdout).toContain('As expected: 5 clients, 5 dead sockets');
    expect(readdirSync(history)).toEqual(['h.db']);
  });
});
