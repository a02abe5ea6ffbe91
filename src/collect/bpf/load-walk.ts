import { readFileSync } from 'node:fs';
import { findOffsets, type Offsets } from '../../core/bpf/offsets.ts';
import { type BtfLookup, parseBtf } from '../../core/parse/btf.ts';
import type { KernelCallsLoad } from '../kernel-calls.ts';
import { createWalkMap, loadWalkProgram, type WalkLoad } from './kernel-walk.ts';
import { readOffsetCache, writeOffsetCache } from './offset-cache.ts';
import { checkOnOurselves } from './self-check.ts';
import type { WalkFailure, WalkStep } from './walk-failure.ts';

export interface WalkOptions {
  /** The kernel's own types. */
  readonly typesPath: string;
  /** Where offsets are kept, by the kernel's build id; null: nowhere. */
  readonly cacheFolder: string | null;
  /** Inode of our own network namespace; null where it could not be read. */
  readonly netns: string | null;
}

/** A walk that has been checked on ourselves. `hasV6`: whether its IPv6 addresses have been. */
export type CheckedWalk =
  | (Extract<WalkLoad, { kind: 'loaded' }> & { readonly hasV6: boolean; readonly isOurNumbering: boolean })
  | Extract<WalkLoad, { kind: 'unavailable' }>;

/**
 * Loads the kernel's own walk: finds where this kernel keeps what is read, loads the program and tries it on descriptors of our own.
 * 8 to 30 ms; 4 ms where the offsets are in the cache. `unavailable` names the first step that failed, and what would help.
 */
export async function loadWalk(load: KernelCallsLoad, options: WalkOptions): Promise<CheckedWalk> {
  if (load.kind === 'unavailable') return unavailable('calls', load.because, 'install koffi, an optional dependency');
  const { calls } = load;
  const map = createWalkMap(calls);
  if (typeof map !== 'number') return { kind: 'unavailable', failure: map };
  const cached = readOffsetCache(options.cacheFolder);
  const fromCache = cached === null ? null : loadWalkProgram(calls, map, cached);
  if (fromCache?.kind === 'loaded') return check(fromCache, load, options);
  const found = readOffsets(options.typesPath);
  const second = fromCache === null ? map : createWalkMap(calls);
  if (typeof second !== 'number') return { kind: 'unavailable', failure: second };
  if (found.kind === 'missing') {
    calls.close(second);
    return unavailable(found.step, found.because, found.remedy);
  }
  const loaded = loadWalkProgram(calls, second, found.value);
  if (loaded.kind === 'unavailable') return loaded;
  const checked = await check(loaded, load, options);
  if (checked.kind === 'loaded') writeOffsetCache(options.cacheFolder, found.value);
  return checked;
}

async function check(
  loaded: Extract<WalkLoad, { kind: 'loaded' }>,
  { calls }: Extract<KernelCallsLoad, { kind: 'loaded' }>,
  { netns }: WalkOptions,
): Promise<CheckedWalk> {
  const checked = await checkOnOurselves(loaded.walk, calls, netns);
  if (checked.kind === 'passed') return { ...loaded, hasV6: checked.hasV6, isOurNumbering: checked.isOurNumbering };
  loaded.walk.dispose();
  return unavailable('self-check', checked.because, null);
}

type FoundOffsets =
  | Extract<BtfLookup<Offsets>, { kind: 'found' }>
  | { readonly kind: 'missing'; readonly step: WalkStep; readonly because: string; readonly remedy: string | null };

function readOffsets(path: string): FoundOffsets {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    return { kind: 'missing', step: 'types', because, remedy: 'a kernel built with CONFIG_DEBUG_INFO_BTF' };
  }
  const btf = parseBtf(bytes);
  if (btf.kind === 'missing') return { ...btf, step: 'types', because: `${path}: ${btf.because}`, remedy: null };
  const offsets = findOffsets(btf.value);
  return offsets.kind === 'found' ? offsets : { ...offsets, step: 'members', remedy: null };
}

function unavailable(
  step: WalkStep,
  because: string,
  remedy: string | null,
): { kind: 'unavailable'; failure: WalkFailure } {
  return { kind: 'unavailable', failure: { step, because, remedy } };
}
