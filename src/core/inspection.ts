import { toKernelOwned } from './evidence/kernel-owned.ts';
import { diagnose } from './diagnose/index.ts';
import { judge } from './judge.ts';
import type { Circumstances } from './circumstances.ts';
import type { Descriptor } from './model/descriptor.ts';
import type { Evidence } from './model/evidence.ts';
import type { Inspection, Summary } from './model/inspection.ts';
import type { Leak } from './model/verdict.ts';
import { toPlaces } from './place/groups.ts';
import { type CrossCheck, crossCheck } from './sources/cross-check.ts';
import { type Compared, OwnView } from './sources/own-view.ts';

/** Turns what was read of a process into the document: judges each descriptor, sets the sources side by side, diagnoses the whole. */
export function toInspection(evidence: Evidence, circumstances: Circumstances): Inspection {
  const descriptors = judge(evidence);
  const view = new OwnView(evidence, circumstances, descriptors);
  return composeInspection(evidence, circumstances, { descriptors, ...crossCheck(view, circumstances.tools) });
}

/** Puts a document together from what was judged and compared, and diagnoses the whole. */
export function composeInspection(
  evidence: Evidence,
  circumstances: Omit<Circumstances, Exclude<keyof Compared, 'limits' | 'process' | 'viewer'> | 'tools'>,
  { descriptors, ...checked }: CrossCheck & Pick<Inspection, 'descriptors'>,
): Inspection {
  const { viewer } = circumstances;
  const inspection: Omit<Inspection, 'findings'> = {
    schema: 'fdleak.inspection/1',
    version: circumstances.version,
    host: circumstances.host,
    bootId: circumstances.bootId,
    takenAt: circumstances.takenAt,
    secondLookAt: circumstances.secondLookAt,
    looksApartMs: evidence.probes.apartMs,
    tookMs: circumstances.tookMs,
    options: circumstances.options,
    process: circumstances.process,
    limits: circumstances.limits,
    quotas: circumstances.quotas,
    oldWorkers: circumstances.oldWorkers,
    capability: checked.capability,
    sources: checked.sources,
    disagreements: checked.disagreements,
    descriptors,
    places: toPlaces(descriptors),
    stacks: null,
    kernelOwned: toKernelOwned(evidence.tables.own, descriptors),
    summary: evidence.open.kind === 'read' ? summarize(descriptors) : NOT_LISTED,
    faults: checked.faults,
    from: null,
  };
  const findings = diagnose({ inspection, epollSets: evidence.epollSets, viewer });
  return { ...inspection, findings };
}

const NOT_LISTED: Summary = { byKind: null, byVerdict: null, byLeak: null };

function summarize(descriptors: readonly Descriptor[]): Summary {
  const byKind: Record<string, number> = {};
  const byVerdict: Record<string, number> = {};
  const byLeak: Record<Leak, number> = { certain: 0, suspect: 0, no: 0 };
  descriptors.forEach(({ kind, verdict }) => {
    byKind[kind] = (byKind[kind] ?? 0) + 1;
    byVerdict[verdict.is] = (byVerdict[verdict.is] ?? 0) + 1;
    byLeak[verdict.leak]++;
  });
  return { byKind, byVerdict, byLeak };
}
