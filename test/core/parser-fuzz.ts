import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { splitCommand } from '../../src/core/alert/split-command.ts';
import { parseIgnore, withoutIgnored } from '../../src/core/exercise/ignore.ts';
import { parseInspection } from '../../src/core/compare/parse-inspection.ts';
import { parseBtf } from '../../src/core/parse/btf.ts';
import { parseDuration } from '../../src/core/parse/duration.ts';
import { parseIso } from '../../src/core/parse/iso-time.ts';
import { parseLsofFields } from '../../src/core/parse/lsof-fields.ts';
import { parseLsofTable } from '../../src/core/parse/lsof-table.ts';
import { parseNetstatExtended } from '../../src/core/parse/netstat-extended.ts';
import { parseNetstat } from '../../src/core/parse/netstat.ts';
import { parsePrlimit } from '../../src/core/parse/prlimit.ts';
import { isOfUnit } from '../../src/core/parse/proc-cgroup.ts';
import { parseFdLink } from '../../src/core/parse/proc-fd-link.ts';
import { parseFdinfo } from '../../src/core/parse/proc-fdinfo.ts';
import { parseProcLimits } from '../../src/core/parse/proc-limits.ts';
import { parseMountinfo } from '../../src/core/parse/proc-mountinfo.ts';
import { parseProcNetInet } from '../../src/core/parse/proc-net-inet.ts';
import { parseProcNetNetlink } from '../../src/core/parse/proc-net-netlink.ts';
import { parseProcNetPacket } from '../../src/core/parse/proc-net-packet.ts';
import { parseProcNetProtocols } from '../../src/core/parse/proc-net-protocols.ts';
import { parseProcNetUnix } from '../../src/core/parse/proc-net-unix.ts';
import { parseProcStat } from '../../src/core/parse/proc-stat.ts';
import { parseProcStatus } from '../../src/core/parse/proc-status.ts';
import { parseSockaddr } from '../../src/core/parse/sockaddr.ts';
import { parseSs } from '../../src/core/parse/ss.ts';
import { parseFdSet, parsePollfds, parseTaskSyscall } from '../../src/core/parse/task-syscall.ts';
import { parseTcpInfo } from '../../src/core/parse/tcp-info.ts';
import { parseListedEndpoint } from '../../src/core/saved/endpoint.ts';
import { parseNoise } from '../../src/core/saved/noise.ts';
import { parseBareCommand, parsePrompt, parseWatchHeader } from '../../src/core/saved/prompt.ts';
import { readSaved } from '../../src/core/saved/read-saved.ts';
import { toJsonText } from '../../src/core/words/json.ts';
import { escapeText } from '../../src/report/text/escape.ts';
import { guardOutput } from '../../src/report/text/guard.ts';
import { aDescriptor } from '../inspection-builder.ts';

const toBytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
const toView = (text: string): DataView => new DataView(toBytes(text).buffer);

/** Everything that reads what others wrote. None may throw, or take long, whatever it is. */
export const TARGETS: Readonly<Record<string, (text: string) => unknown>> = {
  splitCommand,
  parseIgnore,
  ignoreTarget: (text) => withoutIgnored([aDescriptor({ target: text })], [{ field: 'path', glob: '/tmp/*/*/*.log' }]),
  ignoreGlob: (text) => withoutIgnored([aDescriptor({ target: '/tmp/a/a/a/a' })], [{ field: 'path', glob: text }]),
  parseInspection,
  parseBtf: (text) => parseBtf(toBytes(text)),
  parseDuration,
  parseIso,
  parseLsofFields,
  parseLsofTable,
  parseNetstatExtended,
  parseNetstat,
  parsePrlimit,
  isOfUnit: (text) => isOfUnit(text, 'nginx.service', 0),
  parseFdLink,
  parseFdinfo,
  parseProcLimits,
  parseMountinfo,
  parseProcNetTcp: (text) => parseProcNetInet('tcp', text, 'LE'),
  parseProcNetUdp6: (text) => parseProcNetInet('udp6', text, 'BE'),
  parseProcNetNetlink,
  parseProcNetPacket,
  parseProcNetProtocols,
  parseProcNetUnix: (text) => parseProcNetUnix(text),
  parseProcStat,
  parseProcStatus,
  parseSockaddr: (text) => parseSockaddr(toBytes(text), 'LE'),
  parseSs: (text) => parseSs(text),
  parseSsUnix: (text) => parseSs(text, 'u_str'),
  parseTaskSyscall: (text) => parseTaskSyscall(text, null),
  parsePollfds: (text) => parsePollfds(toBytes(text)),
  parseFdSet: (text) => parseFdSet(toBytes(text)),
  parseTcpInfo: (text) => parseTcpInfo(toView(text), 'LE'),
  parseListedEndpoint: (text) => parseListedEndpoint(text, null),
  parseNoise,
  parsePrompts: (text) => [parseBareCommand(text), parsePrompt(text), parseWatchHeader(text)],
  readSaved: (text) => readSaved(text),
  escapeText,
  guardOutput: (text) => guardOutput(text, true),
  toJsonText,
};

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));
const MOST_SAMPLE = 20_000;

/** The beginnings of what was captured: text that is nearly right goes deepest. */
function readSamples(): string[] {
  return readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
    .map((name) => `${FIXTURES}/${name}`)
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1').slice(0, MOST_SAMPLE));
}

/** Rows that were cut, doubled, or have something else in them. */
function mutated(samples: readonly string[]): fc.Arbitrary<string> {
  const strange = fc.oneof(
    fc.constantFrom(
      '\n',
      ' ',
      '\0',
      '"',
      '(',
      ')',
      ':',
      '\u001B[31m',
      '9'.repeat(40),
      '-1',
      '\\',
      '::error::',
      'users:(("a\n',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  const cut = fc.tuple(fc.constantFrom(...samples), fc.nat(MOST_SAMPLE), fc.nat(3000), strange, fc.nat(4));
  return cut.map(([sample, at, length, text, times]) => {
    const from = at % (sample.length + 1);
    const part = sample.slice(from, from + length);
    const middle = part.length >> 1;
    return part.slice(0, middle) + text.repeat(times) + part.slice(middle);
  });
}

/** How long one text of a few kilobytes may take, of this process's time. */
const MOST_MS = 500;

export interface FuzzFailure {
  readonly target: string;
  readonly text: string;
  readonly because: string;
}

/** Feeds every target for `ms` in all. The first failure of each, with the text that brought it about. */
export function fuzz(ms: number, seed: number): { readonly inputs: number; readonly failures: readonly FuzzFailure[] } {
  const texts = fc.oneof(
    mutated(readSamples()),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ maxLength: 300 }),
  );
  const failures = new Map<string, FuzzFailure>();
  const until = performance.now() + ms;
  let inputs = 0;
  for (let round = 0; inputs === 0 || performance.now() < until; round += 1) {
    for (const text of fc.sample(texts, { numRuns: 50, seed: seed + round })) {
      for (const [target, run] of Object.entries(TARGETS)) {
        inputs += 1;
        const because = tryOne(run, text);
        if (because !== null && !failures.has(target)) failures.set(target, { target, text, because });
      }
    }
  }
  return { inputs, failures: [...failures.values()] };
}

function tryOne(run: (text: string) => unknown, text: string): string | null {
  const before = process.cpuUsage();
  try {
    run(text);
  } catch (error) {
    return String(error);
  }
  const { user, system } = process.cpuUsage(before);
  const tookMs = (user + system) / 1000;
  return tookMs > MOST_MS ? `took ${Math.round(tookMs)} ms` : null;
}
