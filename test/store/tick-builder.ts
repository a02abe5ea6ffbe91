import type { AlertRecord, Owner, TickRecord } from '../../src/core/model/history.ts';
import type { Life } from '../../src/core/model/life.ts';
import type { FullLook, Sample } from '../../src/core/model/sample.ts';
import type { Segment } from '../../src/core/model/segment.ts';

export const START = Date.UTC(2026, 10, 22);

export const OWNER: Owner = { pid: 4242, startTicks: 918_273, bootId: 'boot-1' };

export function aLook(differs: Partial<FullLook> = {}): FullLook {
  return {
    byVerdict: { established: 12, orphaned: 40 },
    byKind: { socket: 52, file: 9 },
    byPlace: { 'tcp accepted on :8080': 52, '/etc/hostname': 9 },
    moved: { 'tcp accepted on :8080': [3, 2] },
    opened: 3,
    closed: 2,
    ...differs,
  };
}

export function aSample(differs: Partial<Sample> = {}): Sample {
  return { at: START, segment: 1, open: 73, soft: 1024, hard: 524_288, full: aLook(), ...differs };
}

export function aSegment(differs: Partial<Segment> = {}): Segment {
  return {
    id: 1,
    from: START,
    because: 'first-look',
    pid: 99,
    startTicks: 5,
    bootId: 'boot-1',
    comm: 'gshell',
    exe: '/bin/gshell',
    soft: 1024,
    hard: 'unlimited',
    ...differs,
  };
}

export function aLife(differs: Partial<Life> = {}): Life {
  return {
    id: 1,
    segment: 1,
    fd: 42,
    tid: null,
    inode: '3126838341',
    kind: 'socket',
    target: 'socket:[3126838341]',
    place: 'tcp accepted on :41375',
    firstSeen: START,
    lastSeen: null,
    verdicts: [{ at: START, verdict: 'established' }],
    suspect: false,
    local: { address: '::1', port: 41_375 },
    remote: null,
    lastPeer: { address: '10.0.0.7', port: 50_000 },
    acceptedOn: { address: '::', port: 41_375 },
    ...differs,
  };
}

export function anAlert(differs: Partial<AlertRecord> = {}): AlertRecord {
  const at = { openedAt: START, resolvedAt: null, lastNotifiedAt: START };
  return { id: 'orphans-1', rule: 'orphans', severity: 'warning', because: '40 orphans', ...at, ...differs };
}

export function aTick(differs: Partial<TickRecord> = {}): TickRecord {
  return { segments: [], sample: aSample(), events: [], lives: [], alerts: [], evidence: [], ...differs };
}

/** Tick `n` of a watch that looks every ten seconds. */
export function tickAt(n: number, differs: Partial<Sample> = {}): TickRecord {
  return aTick({ sample: aSample({ at: START + n * 10_000, open: 73 + n, ...differs }) });
}
