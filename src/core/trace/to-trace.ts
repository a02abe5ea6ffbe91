import type { Descriptor } from '../model/descriptor.ts';
import type { BirthSite } from '../model/trace.ts';
import type { Birth, BirthLog, TraceFrame } from '../model/birth.ts';
import { keyOfBirth } from '../parse/strace-births.ts';
import { isRuntimeCall } from '../parse/stacks/stacks.ts';
import { toWhat } from '../place/what.ts';

export interface Survivors {
  readonly sites: readonly BirthSite[];
  readonly stayed: number;
  readonly unseen: readonly number[];
}

interface Ends {
  /** A little after the end of the window. */
  readonly open: readonly Descriptor[];
  /** Which numbers were open when the engine was attached, and at the end of the window. */
  readonly numbers: { readonly before: ReadonlySet<number>; readonly atEnd: ReadonlySet<number> };
  readonly exe: string | null;
}

/** What runs other programs, or an event loop: its own frames are not those of the program. */
const INTERPRETERS =
  /^(?:node|nodejs|bun|deno|python[\d.]*|pypy[\d.]*|java|ruby[\d.]*|php[\d.-]*(?:fpm|cgi)?[\d.]*|perl[\d.]*|beam\.smp|dotnet)$/;

/** Whether calls come from an interpreter or a virtual machine. */
export function isInterpreter(exe: string | null): boolean {
  return exe !== null && INTERPRETERS.test(baseOf(exe));
}

/**
 * Sets births beside what is open at the end: a birth counts as one that stayed only if its number is still there. Sites are sorted by how
 * many stayed.
 */
export function toSurvivors(log: BirthLog, { open, numbers, exe }: Ends): Survivors {
  const byFd = new Map(open.filter(({ tid }) => tid === null).map((one) => [one.fd, one]));
  // Stacks that differ only where they are no longer legible are one here.
  const counts = new Map<string, number>();
  for (const site of log.sites) counts.set(keyOfBirth(site), (counts.get(keyOfBirth(site)) ?? 0) + site.count);
  const groups = new Map<string, { birth: Birth; members: Descriptor[] }>();
  for (const [fd, birth] of log.alive) {
    const descriptor = byFd.get(fd);
    if (descriptor === undefined) continue;
    const key = keyOfBirth(birth);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { birth, members: [descriptor] });
    else group.members.push(descriptor);
  }
  const sites = [...groups].map(([key, { birth, members }]): BirthSite => ({
    call: birth.call,
    opened: Math.max(counts.get(key) ?? 0, members.length),
    stayed: members.length,
    fds: members.map(({ fd }) => fd).sort((a, b) => a - b),
    places: toPlaces(members),
    at: findProgramFrame(birth.frames, exe),
    frames: birth.frames,
  }));
  return {
    sites: sites.sort((a, b) => b.stayed - a.stayed || a.opened - b.opened),
    stayed: sites.reduce((sum, { stayed }) => sum + stayed, 0),
    unseen: [...numbers.atEnd]
      .filter((fd) => !numbers.before.has(fd) && !log.alive.has(fd) && byFd.has(fd))
      .sort((a, b) => a - b),
  };
}

/**
 * The first call of the program itself: in its executable, or in the map that a compiler at run time writes; null for an interpreter and
 * where the stack ends before.
 */
function findProgramFrame(frames: readonly TraceFrame[], exe: string | null): TraceFrame | null {
  const own = frames.filter(({ module }) => module !== null && isOfProgram(module, exe));
  const isNamed = ({ function: name }: TraceFrame): boolean => name !== null && !isRuntimeCall(name);
  return own.find(isNamed) ?? own.find(({ function: name }) => name === null) ?? null;
}

function isOfProgram(module: string, exe: string | null): boolean {
  if (/perf-\d+\.map/.test(module)) return true;
  if (exe === null || isInterpreter(exe)) return false;
  return !/\/(?:lib[\w+.-]*|ld-[\w.-]*)\.so[\d.]*$/.test(module);
}

function toPlaces(members: readonly Descriptor[]): BirthSite['places'] {
  const counts = new Map<string, { what: string; where: string | null; count: number }>();
  for (const member of members) {
    const what = toWhat(member);
    const where = member.place === member.kind || member.place === what ? null : member.place;
    const key = `${what} ${where}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { what, where, count: 1 });
    else known.count++;
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/ \(deleted\)$/, '');
}
