import type { ProcessFolder } from '../../collect/process-folder.ts';
import type { BirthSite, TraceFrame } from '../../core/model/trace.ts';
import type { World } from '../world.ts';

const ADDR2LINE_MS = 20_000;
const MOST_SITES = 20;
/** `/srv/relay.c:53`, `/srv/relay.c:53 (discriminator 2)`, `??:0`. */
const PLACE = /^(.+):(\d+)(?: \(discriminator \d+\))?$/;
/** `55d1c2a00000-55d1c2a01000 r--p 00000000 fe:00 123 /usr/bin/relay`. @see proc_pid_maps(5) */
const MAPPING = /^([0-9a-f]+)-[0-9a-f]+ \S+ 0+ \S+ \d+\s+(\/.*)$/;

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
  const base = path === null ? null : readBase(process, path);
  const offsets = new Map<TraceFrame, number>();
  for (const { frames } of sites.slice(0, MOST_SITES))
    for (const frame of frames) {
      const at = frame.module === path ? offsetOf(frame, base) : null;
      // The address that a call returns to is behind it.
      if (at !== null && at > 0) offsets.set(frame, at - 1);
    }
  if (offsets.size === 0) return [...sites];
  const args = [
    '-e',
    `${world.proc.root}/${process.path()}/exe`,
    ...[...offsets.values()].map((at) => `0x${at.toString(16)}`),
  ];
  const ran = await world.runTool('addr2line', args, ADDR2LINE_MS);
  const lines = ran.kind === 'ran' ? ran.stdout.split('\n') : [];
  const placed = new Map([...offsets.keys()].map((frame, at) => [frame, withPlace(frame, lines[at] ?? '')]));
  const place = (frame: TraceFrame): TraceFrame => placed.get(frame) ?? frame;
  return sites.map((site) => ({
    ...site,
    at: site.at === null ? null : place(site.at),
    frames: site.frames.map(place),
  }));
}

function withPlace(frame: TraceFrame, text: string): TraceFrame {
  const [, file, line] = PLACE.exec(text) ?? [];
  return file === undefined || file === '??' || line === '0' ? frame : { ...frame, file, line: Number(line) };
}

/** strace knows where in the file it is; of an address in memory, what lies before the file's beginning is taken off. */
function offsetOf({ offset, address }: TraceFrame, base: number | null): number | null {
  if (offset !== null) return offset;
  return address === null || base === null ? null : address - base;
}

/** Where the executable begins in memory; 0 for one that is linked to a fixed address. */
function readBase(process: ProcessFolder, exe: string): number | null {
  const maps = process.proc.text(`${process.path()}/maps`);
  for (const line of maps.kind === 'read' ? maps.value.split('\n') : []) {
    const [, start, path] = MAPPING.exec(line) ?? [];
    if (path === exe && start !== undefined) {
      const at = Number.parseInt(start, 16);
      // Position-independent executables are loaded high above where fixed ones are linked to.
      return at < 0x1000_0000 ? 0 : at;
    }
  }
  return null;
}
