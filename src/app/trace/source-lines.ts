import type { ProcessFolder } from '../../collect/process-folder.ts';
import type { BirthSite } from '../../core/model/trace.ts';
import type { TraceFrame } from '../../core/model/birth.ts';
import type { World } from '../world.ts';

const ADDR2LINE_MS = 20_000;
const MOST_SITES = 20;
/** `/srv/relay.c:53`, `/srv/relay.c:53 (discriminator 2)`, `??:0`. */
const PLACE = /^(.+):(\d+)(?: \(discriminator \d+\))?$/;
/** What a compiler merges into its caller: templates and inline functions. */
const LIBRARY = /^(?:\/usr\/(?:include|lib)\/|\/rustc\/|\?\?)/;
/** `55d1c2a00000-55d1c2a01000 r--p 00000000 fe:00 123 /usr/bin/relay`. @see proc_pid_maps(5) */
const MAPPING = /^([0-9a-f]+)-([0-9a-f]+) \S+ ([0-9a-f]+) \S+ \d+\s+(\/.*)$/;

/**
 * Adds file and line to the calls of the program, by addr2line where that is installed and the executable has debug information. What it
 * cannot tell stays null.
 *
 * @see addr2line(1)
 */
export async function addSourceLines(
  world: World,
  process: ProcessFolder,
  sites: readonly BirthSite[],
): Promise<BirthSite[]> {
  const exe = world.proc.link(`${process.path()}/exe`);
  const path = exe.kind === 'read' ? exe.value : null;
  const image = path === null ? null : readImage(process, path);
  const offsets = new Map<TraceFrame, number>();
  for (const { frames } of sites.slice(0, MOST_SITES))
    for (const frame of frames) {
      const at = frame.module === path ? addressOf(frame, image) : null;
      // The address that a call returns to is behind it.
      if (at !== null && at > 0) offsets.set(frame, at - 1);
    }
  if (offsets.size === 0) return [...sites];
  const args = [
    '-a',
    '-i',
    '-e',
    `${world.proc.root}/${process.path()}/exe`,
    ...[...offsets.values()].map((at) => `0x${at.toString(16)}`),
  ];
  const ran = await world.runTool('addr2line', args, ADDR2LINE_MS);
  const places = ran.kind === 'ran' ? toPlaces(ran.stdout) : [];
  const placed = new Map([...offsets.keys()].map((frame, at) => [frame, withPlace(frame, places[at] ?? '')]));
  const place = (frame: TraceFrame): TraceFrame => placed.get(frame) ?? frame;
  return sites.map((site) => ({
    ...site,
    at: site.at === null ? null : place(site.at),
    frames: site.frames.map(place),
  }));
}

/**
 * For each address its place, the innermost first where functions were merged into their callers: the first that is not in a header.
 *
 *     0x000000000000133d
 *     /usr/include/c++/12/fstream:665
 *     /srv/relay.cpp:5
 */
function toPlaces(text: string): string[] {
  return text
    .split(/^0x[0-9a-f]+\n/m)
    .slice(1)
    .map((group) => {
      const lines = group.trimEnd().split('\n');
      return lines.find((line) => !LIBRARY.test(line)) ?? lines[0] ?? '';
    });
}

function withPlace(frame: TraceFrame, text: string): TraceFrame {
  const [, file, line] = PLACE.exec(text) ?? [];
  return file === undefined || file === '??' || line === '0' ? frame : { ...frame, file, line: Number(line) };
}

/** A piece of the executable in memory. */
interface Mapping {
  readonly start: number;
  readonly end: number;
  /** Where it begins in the file. */
  readonly at: number;
}

interface Image {
  /** Where the executable begins in memory; 0 for one that is linked to a fixed address. */
  readonly base: number;
  readonly mappings: readonly Mapping[];
}

/** The address that the executable itself names a call by: bpftrace tells the one in memory, strace where in the file it is. */
function addressOf({ offset, address }: TraceFrame, image: Image | null): number | null {
  if (image === null) return offset;
  if (offset === null) return address === null ? null : address - image.base;
  const mapping = image.mappings.find(({ start, end, at }) => offset >= at && offset < at + end - start);
  return mapping === undefined ? offset : mapping.start + offset - mapping.at - image.base;
}

function readImage(process: ProcessFolder, exe: string): Image | null {
  const maps = process.proc.text(`${process.path()}/maps`);
  const mappings = (maps.kind === 'read' ? maps.value.split('\n') : []).flatMap((line): Mapping[] => {
    const [, start = '', end = '', at = '', path] = MAPPING.exec(line) ?? [];
    return path === exe ? [{ start: fromHex(start), end: fromHex(end), at: fromHex(at) }] : [];
  });
  const [first] = mappings;
  if (first === undefined) return null;
  // Position-independent executables are loaded high above where fixed ones are linked to.
  return { base: first.start < 0x1000_0000 ? 0 : first.start, mappings };
}

function fromHex(text: string): number {
  return Number.parseInt(text, 16);
}
