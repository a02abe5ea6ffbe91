import { BIRTH_CALLS } from '../model/birth-calls.ts';
import type { Birth, BirthLog, TraceFrame } from '../model/birth.ts';

/** `	7f60653ae011 __GI___libc_open+81 (/usr/lib/x86_64-linux-gnu/libc.so.6)`. */
const FRAME = /^\s*([0-9a-f]+) (.*?)(?:\+(\d+))? \((.*)\)$/;

const SITES = '{"type": "map", "data": {"@sites": {';
const SITE = /"((?:[^"\\]|\\.)*)": (\d+)/g;

/**
 * Reads what `bpftrace -f json` prints of its maps at its end: of each descriptor call, time and stack, of each call and stack how many.
 *
 *     {"type": "map", "data": {"@birth": {"33": [1,38316834461816,"\n\t7f60653ae011 __GI___libc_open+81 (/usr/lib/x86_64-linux-gnu/libc.so.6)\n"]}}}
 *     {"type": "map", "data": {"@birth": {"33": 1}}}
 *     {"type": "map", "data": {"@sites": {"1,\n\t7f60653ae011 __GI___libc_open+81 (/usr/lib/x86_64-linux-gnu/libc.so.6)\n": 4}}}
 *
 * A stack ends where frame pointers end: what stands there then is no address, and is left out; where none are walked there is the call.
 * Stacks of before an exec are left out too: they would be named after another program. Lines that do not fit are left out.
 */
export function parseBpftraceBirths(text: string): BirthLog {
  const maps = new Map<string, unknown>();
  for (const line of text.split('\n')) {
    const data = parseLine(line);
    if (data !== null) for (const [name, value] of Object.entries(data)) maps.set(name, value);
  }
  const replacedAt = toNumber(maps.get('@replaced'));
  const alive = new Map<number, Birth>();
  for (const { fd, call, at, stack } of withoutRanges(toBorn(maps.get('@birth')), maps))
    alive.set(fd, { call, frames: at < replacedAt ? [] : toFrames(stack) });
  const sites = parseSites(text).map(({ key, count }) => {
    const [call = ''] = key.split(',', 1);
    return { call: toCall(Number(call)), frames: toFrames(key.slice(call.length + 1)), count };
  });
  return {
    opened: sites.reduce((sum, { count }) => sum + count, 0),
    alive,
    sites,
    executed: toNumber(maps.get('@executed')) > 0,
    // Printed also where it is 0.
    isWhole: maps.has('@executed'),
    complaints: toNumber(maps.get('@ranged')) > 0 ? [RANGED] : [],
  };
}

/** Times of births are kept beside stacks only. */
const RANGED =
  'close_range was called: where an unseen call reused a number that it closed, the last call that was seen is shown';

/** Each thread has a count of its own under the same key, of which an object would keep the last. */
function parseSites(text: string): { key: string; count: number }[] {
  const line = text.split('\n').findLast((one) => one.startsWith(SITES)) ?? '';
  return [...line.slice(SITES.length).matchAll(SITE)].flatMap(([, key = '', count]) => {
    const named = parseJson(`{"key": "${key}"}`);
    return isObject(named) ? [{ key: String(named['key']), count: Number(count) }] : [];
  });
}

interface Born {
  readonly fd: number;
  readonly call: string;
  /** Nanoseconds of CLOCK_MONOTONIC, 0 where no times were kept. */
  readonly at: number;
  readonly stack: string;
}

function toBorn(births: unknown): Born[] {
  return entriesOf(births).flatMap(([fd, value]): Born[] => {
    const [call, at, stack]: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (typeof call !== 'number') return [];
    return [{ fd: Number(fd), call: toCall(call), at: toNumber(at), stack: typeof stack === 'string' ? stack : '' }];
  });
}

/** Without what close_range(2) closed: whatever was made before it, and lies between its ends. */
function withoutRanges(births: readonly Born[], maps: ReadonlyMap<string, unknown>): Born[] {
  const lasts = new Map(entriesOf(maps.get('@last')));
  const ranges = entriesOf(maps.get('@first')).map(([at, first]) => ({
    at: Number(at),
    first: toNumber(first),
    last: toNumber(lasts.get(at)),
  }));
  return births.filter(({ fd, at }) => !ranges.some((one) => at < one.at && fd >= one.first && fd <= one.last));
}

function parseLine(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.startsWith('{"type": "map"')) return null;
  const value = parseJson(line);
  return isObject(value) && isObject(value['data']) ? value['data'] : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function entriesOf(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toNumber(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function toCall(at: unknown): string {
  return BIRTH_CALLS[toNumber(at)] ?? 'unknown';
}

function toFrames(stack: string): TraceFrame[] {
  return stack.split('\n').flatMap((line): TraceFrame[] => {
    const [, address, name, , module] = FRAME.exec(line) ?? [];
    if (address === undefined || module === undefined || module === '[unknown]') return [];
    return [
      {
        function: name === undefined || /^0x|^\[unknown\]/.test(name) ? null : name,
        module,
        offset: null,
        address: Number.parseInt(address, 16),
        file: null,
        line: null,
      },
    ];
  });
}
