import { BIRTH_CALLS } from '../model/birth-calls.ts';
import type { Birth, BirthLog, TraceFrame } from '../model/trace.ts';

/** `	7f60653ae011 __GI___libc_open+81 (/usr/lib/x86_64-linux-gnu/libc.so.6)`. */
const FRAME = /^\s*([0-9a-f]+) (.*?)(?:\+(\d+))? \((.*)\)$/;

/**
 * Reads what `bpftrace -f json` prints of its maps at its end:
 *
 *     {"type": "map", "data": {"@call": {"33": 1}}}
 *     {"type": "map", "data": {"@stack": {"33": "\n\t7f60653ae011 __GI___libc_open+81 (/usr/lib/x86_64-linux-gnu/libc.so.6)\n"}}}
 *
 * A stack ends where frame pointers end: what stands there then is no address, and is left out. Lines that do not fit are left out.
 */
export function parseBpftraceBirths(text: string): BirthLog {
  const maps = new Map<string, unknown>();
  for (const line of text.split('\n')) {
    const data = parseLine(line);
    if (data !== null) for (const [name, value] of Object.entries(data)) maps.set(name, value);
  }
  const stacks = new Map(entriesOf(maps.get('@stack')));
  const alive = new Map<number, Birth>();
  for (const [fd, call] of entriesOf(maps.get('@call'))) {
    const stack = stacks.get(fd);
    alive.set(Number(fd), { call: toCall(call), frames: typeof stack === 'string' ? toFrames(stack) : [] });
  }
  forgetRanges(alive, maps);
  const sites = entriesOf(maps.get('@sites')).map(([key, count]) => {
    const comma = key.indexOf(',');
    return {
      call: toCall(Number(key.slice(0, comma))),
      frames: toFrames(key.slice(comma + 1)),
      count: toNumber(count),
    };
  });
  return {
    opened: sites.reduce((sum, { count }) => sum + count, 0),
    alive,
    sites,
    executed: toNumber(maps.get('@executed')) > 0,
    // Printed also where it is 0.
    isWhole: maps.has('@executed'),
    complaints: [],
  };
}

/** What close_range(2) closed: whatever was made before it, and lies between its ends. */
function forgetRanges(alive: Map<number, Birth>, maps: ReadonlyMap<string, unknown>): void {
  const bornAt = new Map(entriesOf(maps.get('@at')));
  const lasts = new Map(entriesOf(maps.get('@last')));
  for (const [at, first] of entriesOf(maps.get('@first'))) {
    for (const fd of alive.keys()) {
      const isBetween = fd >= toNumber(first) && fd <= toNumber(lasts.get(at));
      if (isBetween && toNumber(bornAt.get(`${fd}`)) < Number(at)) alive.delete(fd);
    }
  }
}

function parseLine(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.startsWith('{"type": "map"')) return null;
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) && isObject(value['data']) ? value['data'] : null;
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
