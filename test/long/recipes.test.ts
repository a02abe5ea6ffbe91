/** @module-tag gcc gdb go java jcmd nginx php ruby rustc strace valgrind */
import { execa } from 'execa';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Trace } from '../../src/core/model/trace.ts';
import { fdleak, inspectJson } from '../e2e/fdleak.ts';
import { ROOT } from '../project/root.ts';
import { buildGo, LEAKY_GO } from '../e2e/build-go.ts';

const PAGE = readFileSync(join(ROOT, 'docs/topics/where.md'), 'utf8');
const TIMEOUT = 120_000;
const HELD = 12;

/** The lines that a section of the page shows, as they are. */
function shownFor(title: string): string[] {
  const [, section = ''] = PAGE.split(`\n## ${title}\n`);
  const [own = ''] = section.split('\n## ');
  return own.split('\n').flatMap((line) => (line.startsWith('    ') ? [line.slice(4)] : []));
}

/** The one that begins so. */
function commandOf(title: string, begins: string): string {
  const line = shownFor(title).find((one) => one.startsWith(begins));
  if (line === undefined) throw new Error(`${title} shows no ${begins}`);
  return line.split(/ {3,}/, 1)[0] ?? '';
}

function toFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-recipes-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function start(
  command: string,
  args: readonly string[],
): Promise<{ child: ChildProcess; pid: number; line: string }> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line]: unknown[] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, pid: child.pid ?? 0, line: String(line) };
}

async function knock(port: number): Promise<void> {
  for (let at = 0; at < HELD; at++) {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.resetAndDestroy();
  }
}

async function traceOf(pid: number): Promise<Trace> {
  const { stdout } = await fdleak(['trace', `${pid}`, '--engine', 'strace', '--duration', '2s', '--yes', '--json']);
  return JSON.parse(stdout);
}

describe('the recipes of `fdleak explain where`, as the page shows them', { timeout: TIMEOUT }, () => {
  it('Ruby: names file and line of those that are referred to', async () => {
    const folder = toFolder();
    const [first = '', ...rest] = shownFor('Ruby');
    const opens = `$held = ${HELD}.times.map {\n  File.open('/etc/hostname')\n}`;
    writeFileSync(join(folder, 'leak.rb'), [first, opens, ...rest].join('\n'));
    const { stderr } = await execa('ruby', [join(folder, 'leak.rb')]);
    expect(stderr).toMatch(new RegExp(`^${HELD} .*/leak\\.rb:3$`, 'm'));
  });

  it('PHP: lists what a script holds', async () => {
    const opens = "for ($i = 0; $i < 3; $i++) $held[] = fopen('/etc/hostname', 'r');";
    const { stderr } = await execa('php', ['-d', 'error_log=', '-r', `${opens} ${shownFor('PHP').join('\n')}`]);
    expect(stderr.match(/"uri":"\\\/etc\\\/hostname"/g)).toHaveLength(3);
  });

  it.each([
    {
      language: 'C++',
      file: 'leak.cpp',
      compiler: 'g++ -g -O1',
      line: 5,
      name: 'store::keep',
      source: `#include <fstream>
#include <iostream>
#include <unistd.h>
#include <vector>
namespace store { void keep(std::vector<std::ifstream *> &held) { held.push_back(new std::ifstream("/etc/hostname")); } }
int main() { std::cout << "ready" << std::endl; std::vector<std::ifstream *> held; for (;;) { store::keep(held); usleep(50000); } }
`,
    },
    {
      language: 'Rust',
      file: 'leak.rs',
      // The recipe says why.
      compiler: 'rustc -g -C link-arg=-fuse-ld=bfd',
      line: 3,
      name: 'keep',
      source: `use std::fs::File;
#[inline(never)]
fn keep(held: &mut Vec<File>) { held.push(File::open("/etc/hostname").unwrap()); }
fn main() {
    println!("ready");
    let mut held = Vec::new();
    loop { keep(&mut held); std::thread::sleep(std::time::Duration::from_millis(50)); }
}
`,
    },
  ])(
    '$language: the trace by strace names function, file and line',
    { tags: ['g++'] },
    async ({ file, compiler, line, name, source }) => {
      const folder = toFolder();
      writeFileSync(join(folder, file), source);
      await execa(`${compiler} -o ${folder}/leak ${folder}/${file}`, { shell: true });
      const { pid } = await start(join(folder, 'leak'), []);
      const { sites } = await traceOf(pid);
      expect(sites[0]?.at).toMatchObject({
        function: expect.stringContaining(name),
        file: expect.stringContaining(file),
        line,
      });
      expect(sites[0]?.stayed).toBe(sites[0]?.opened);
    },
  );

  it('C: gdb prints the stacks of all threads, valgrind what was never closed and where it was opened', async () => {
    const folder = toFolder();
    const source = join(folder, 'leak.c');
    writeFileSync(
      source,
      '#include <fcntl.h>\n#include <stdio.h>\n#include <unistd.h>\nint main(int n, char **v) {\n  open("/etc/hostname", O_RDONLY);\n  puts("ready"); fflush(stdout);\n  if (n > 1) pause();\n  return v == 0;\n}\n',
    );
    await execa('gcc', ['-g', '-o', join(folder, 'leak'), source]);
    const { pid } = await start(join(folder, 'leak'), ['stay']);
    const gdb = commandOf('C, C++, Rust', 'gdb ').replace('PID', `${pid}`).replace(/ > .*/, '');
    expect((await execa({ shell: true, reject: false })`${gdb}`).stdout).toMatch(/main \(.*leak\.c:7/);
    const valgrind = commandOf('C, C++, Rust', 'valgrind ').replace('PROGRAM', join(folder, 'leak'));
    const { stderr } = await execa(valgrind, { shell: true });
    expect(stderr).toMatch(/Open file descriptor \d+: \/etc\/hostname[^]*main \(leak\.c:5\)/);
  });

  it('Python: tells the lines that made what is collected unclosed', async () => {
    const folder = toFolder();
    writeFileSync(join(folder, 'leak.py'), "def keep():\n    open('/etc/hostname')\n\nkeep()\n");
    const [, options = ''] = /`python3 (-X dev -X tracemalloc=25)`/.exec(PAGE) ?? [];
    const { stderr } = await execa('/usr/bin/python3', [...options.split(' '), join(folder, 'leak.py')]);
    expect(stderr).toContain('ResourceWarning: unclosed file');
    expect(stderr).toMatch(/Object allocated at[^]*leak\.py", lineno 2/);
  });

  it('Go: the profile has the stacks, and so has what it prints when it is ended', async () => {
    const folder = toFolder();
    await buildGo(LEAKY_GO, join(folder, 'leaky'));
    const { child, pid, line } = await start(join(folder, 'leaky'), []);
    const { port, debug }: { port: number; debug: number } = JSON.parse(line);
    await knock(port);
    const file = join(folder, 'dump.txt');
    const shown = commandOf('Go', 'curl ').replace('dump.txt', file).replace('localhost:6060', `127.0.0.1:${debug}`);
    await execa(shown.replace(/ (\S+\?debug=2)/, " '$1'"), { shell: true });
    const { inspection } = await inspectJson(pid, ['--stacks', file]);
    expect(inspection.stacks?.matches[0]).toMatchObject({ stacks: HELD, blockedIn: 'chan receive' });
    let printed = '';
    child.stderr?.on('data', (chunk) => (printed += String(chunk)));
    await execa(commandOf('Go', 'kill ').replace('PID', `${pid}`), { shell: true });
    await once(child, 'close');
    expect(printed.match(/leaky\.go:12/g)).toHaveLength(HELD);
  });

  it('Java: the commands of the JDK print threads, and how many objects of each kind there are', async () => {
    const { pid, line } = await start('java', [join(ROOT, 'test/e2e/processes/runtimes/Held.java')]);
    await knock(Number(line));
    for (const command of ['jstack ', 'jcmd ']) {
      const file = join(toFolder(), 'dump.txt');
      const shown = commandOf('Java', command).replace('PID', `${pid}`).replace('dump.txt', file);
      await execa(shown, { shell: true });
      const { inspection } = await inspectJson(pid, ['--stacks', file]);
      expect(inspection.stacks?.matches[0]).toMatchObject({ stacks: HELD, at: { file: 'Held.java' } });
    }
    const [, histogram = ''] = /`(jcmd PID GC\.class_histogram[^`]*)`/.exec(PAGE) ?? [];
    const { stdout } = await execa(histogram.replace('PID', `${pid}`), { shell: true });
    expect(stdout).toMatch(new RegExp(`\\b1?${HELD}\\b.*java\\.net\\.Socket\\b`));
  });

  it('Node: a report by signal names a handle for each', async () => {
    const folder = toFolder();
    const [, option = ''] = /node (--report-on-signal) server\.js/.exec(PAGE) ?? [];
    const script = join(ROOT, 'test/e2e/processes/watch-leaker.js');
    const { child, pid, line } = await start(process.execPath, [
      option,
      `--report-directory=${folder}`,
      '--report-filename=r.json',
      script,
      '0',
    ]);
    const { port }: { port: number } = JSON.parse(line.replace('ready ', ''));
    await knock(port);
    child.kill('SIGUSR2');
    await wait(3000);
    const { inspection } = await inspectJson(pid, ['--stacks', join(folder, 'r.json')]);
    expect(inspection.stacks?.matches[0]).toMatchObject({ by: 'handle' });
  });

  it('nginx: the place leads to the directive', async () => {
    const folder = toFolder();
    mkdirSync(join(folder, 'logs'));
    const config = join(folder, 'nginx.conf');
    const probe = 18_000 + (process.pid % 1000);
    writeFileSync(
      config,
      `daemon off; pid ${folder}/pid; error_log ${folder}/logs/error; events {} http { access_log off; server { listen 127.0.0.1:${probe}; location /status { stub_status; } location / { proxy_pass http://127.0.0.1:1; } } }\n`,
    );
    const child = spawn('nginx', ['-c', config, '-p', folder], { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGTERM'));
    const shown = commandOf('nginx', 'nginx -T').replace('nginx -T', `nginx -T -c ${config} -p ${folder} 2>&1`);
    expect((await execa(shown, { shell: true })).stdout).toContain(`listen 127.0.0.1:${probe}`);
    const status = commandOf('nginx', 'curl ').replace(
      'localhost',
      `-s --retry 5 --retry-connrefused 127.0.0.1:${probe}`,
    );
    expect((await execa(status.replace(/(\S+):(\d+)\/status/, '$1:$2/status'), { shell: true })).stdout).toContain(
      'Waiting: 0',
    );
    const name = /--name '([^']+)'/.exec(commandOf('nginx', 'fdleak inspect'))?.[1] ?? '';
    const { stdout } = await fdleak(['inspect', '--name', name]);
    expect(stdout).toContain('nginx');
    expect(stdout).toContain(`127.0.0.1:${probe}`);
  });
});
