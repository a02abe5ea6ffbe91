/**
 * How long the parsers take for the tables of a large process: 13,000 rows, 6,500 autopsies, 19,500 links.
 *
 *     npx tsc -p tsconfig.json --noEmit false --outDir /tmp/fdleak-bench && node /tmp/fdleak-bench/bench/parse.js
 */
import { parseFdLink } from '../src/core/parse/proc-fd-link.ts';
import { parseProcNetInet } from '../src/core/parse/proc-net-inet.ts';
import { parseProcNetUnix } from '../src/core/parse/proc-net-unix.ts';
import { parseTcpInfo } from '../src/core/parse/tcp-info.ts';
import { hex, INET_HEADER, inetLine, UNIX_HEADER, unixLine } from '../test/lines.ts';

const RUNS = 7;

const tcpTable = (count: number): string => {
  const lines = Array.from({ length: count }, (_, n) =>
    inetLine({ local: '0100007F:1F90', remote: `${hex(n % 4096, 8)}:${hex(n % 0xffff, 4)}`, st: '01', inode: `${n}` }),
  );
  return [INET_HEADER, ...lines, ''].join('\n');
};

const unixTable = (count: number): string =>
  [
    UNIX_HEADER,
    ...Array.from({ length: count }, (_, n) => unixLine({ inode: `${n}`, path: n % 2 === 0 ? '' : '/run/x' })),
    '',
  ].join('\n');

/** The first run is what a command of one look pays, the others what a watch pays. */
function measure(what: string, run: () => unknown): void {
  const tookMs: number[] = [];
  for (let at = 0; at < RUNS; at++) {
    const startedAt = performance.now();
    run();
    tookMs.push(performance.now() - startedAt);
  }
  const [first = 0, ...later] = tookMs;
  const median = later.toSorted((a, b) => a - b)[later.length >> 1] ?? 0;
  console.log(
    `${what.padEnd(48)} first ${first.toFixed(1).padStart(8)} ms   later ${median.toFixed(1).padStart(8)} ms`,
  );
}

const rows13k = tcpTable(13_000);
const rows1m = tcpTable(1_000_000);
const unix13k = unixTable(13_000);
const links = Array.from({ length: 19_500 }, (_, n) => `socket:[${n}]`);
const tcpInfo = new DataView(new ArrayBuffer(232));

measure('tcp, 13,000 rows, all wanted', () => parseProcNetInet('tcp', rows13k, 'LE'));
measure('tcp, 13,000 rows, none wanted', () => parseProcNetInet('tcp', rows13k, 'LE', () => false));
measure('tcp, 1,000,000 rows, all wanted', () => parseProcNetInet('tcp', rows1m, 'LE'));
measure('tcp, 1,000,000 rows, none wanted', () => parseProcNetInet('tcp', rows1m, 'LE', () => false));
measure('unix, 13,000 rows', () => parseProcNetUnix(unix13k));
measure('links, 19,500', () => links.map((link) => parseFdLink(link)));
measure('TCP_INFO, 6,500', () => Array.from({ length: 6500 }, () => parseTcpInfo(tcpInfo, 'LE')));
