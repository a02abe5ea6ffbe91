import { closeSync, openSync, writeSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

const CLOSE_WAIT = (at: number): string => `10.0.${(at >> 8) & 255}.${at & 255}:443`;
const PEER = (at: number): string => `10.1.2.3:${1024 + (at % 60_000)}`;

/** Lines as tools print them, each of another descriptor, and lines that nothing knows. */
const ROWS: Readonly<Record<string, (at: number) => string>> = {
  'lsof, TCP': (at) =>
    `gshell-le 17195 root ${at}u  IPv6 ${at + 9}  0t0  TCP ${CLOSE_WAIT(at)}->${PEER(at)} (CLOSE_WAIT)`,
  'lsof, sock': (at) => `gshell-le 17195 root ${at}u  sock 0,9  0t0 ${at + 9} protocol: TCPv6`,
  'lsof, 125,000 processes': (at) =>
    `gshell-le ${1 + (at >> 3)} root ${at & 7}u  IPv6 ${at + 9}  0t0  TCP ${CLOSE_WAIT(at)}->${PEER(at)} (CLOSE_WAIT)`,
  'ls -l': (at) => `lrwx------ 1 root root 64 Nov 25 09:41 ${at} -> socket:[${at + 9}]`,
  '/proc/net/tcp': (at) =>
    `${at}: 0100007F:1F90 0100007F:${(1024 + (at % 60_000)).toString(16).toUpperCase().padStart(4, '0')} 08 00000000:00000000 00:00000000 00000000     0        0 ${at + 9} 1 0000000000000000 20 4 30 10 -1`,
  ss: (at) => `CLOSE-WAIT 1 0 ${CLOSE_WAIT(at)} ${PEER(at)} users:(("gshell",pid=17195,fd=${at})) ino:${at + 9} sk:1`,
  netstat: (at) => `tcp        1      0 ${CLOSE_WAIT(at)} ${PEER(at)}   CLOSE_WAIT  17195/gshell`,
  'a log': (at) => `2026-11-25T10:15:31.${at % 1000}Z host app[${at}]: request ${at} failed: too many open files`,
  prose: (at) => `request ${at} failed: too many open files (errno 24) in handler /v1/x of worker ${at % 7}`,
  'a log of JSON': (at) => `{"ts":${at},"msg":"request failed","level":"error","n":{"a":[1,2]}}`,
};

/** One line of 100 MB. */
const LINES: Readonly<Record<string, string>> = {
  'one line of 100 MB': 'x',
  'one line of 100 MB of brackets': '[',
};

export const SAVED_TEXTS: readonly string[] = [...Object.keys(ROWS), ...Object.keys(LINES)];

/** Writes one of `SAVED_TEXTS` into a file, of a million lines or 100 MB. */
export function writeSavedText(name: string, path: string): void {
  const row = ROWS[name];
  const file = openSync(path, 'w');
  for (let from = 0; from < 1_000_000; from += 10_000)
    writeSync(
      file,
      row === undefined
        ? (LINES[name] ?? '').repeat(1_000_000)
        : Array.from({ length: 10_000 }, (_, at) => `${row(from + at)}\n`).join(''),
    );
  closeSync(file);
}

const REPORT = `data:text/javascript,${encodeURIComponent(
  'process.on("exit",()=>{const{userCPUTime:u,systemCPUTime:s,maxRSS:m}=process.resourceUsage();process.stderr.write(`\\nused ${(u+s)/1000} ${m/1024}`)})',
)}`;

export interface Used {
  readonly cpuMs: number;
  readonly peakMb: number;
}

/** What a program run by Node took, its start included; `input` is a file to read from. */
export function measureRun(args: readonly string[], input: string | null): Used {
  const stdin = input === null ? ('ignore' as const) : openSync(input, 'r');
  const { stderr } = spawnSync(process.execPath, ['--import', REPORT, ...args], {
    stdio: [stdin, 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (typeof stdin === 'number') closeSync(stdin);
  const [, cpuMs, peakMb] = /\nused (\S+) (\S+)$/.exec(stderr) ?? [];
  return { cpuMs: Number(cpuMs), peakMb: Number(peakMb) };
}
