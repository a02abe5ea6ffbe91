import { SUSPECT_VERDICTS, UNJUDGED_VERDICTS } from '../classify/verdict-info.ts';
import type { Subject } from '../model/budget.ts';
import { KINDS } from '../model/descriptor.ts';
import type { Inspection } from '../model/inspection.ts';

/** Room above what is open now: half as much again, and these. */
const SLACK = 16;
const HEADROOM = 64;

/**
 * Drafts a first budget, in YAML, from what a process holds now: room for what comes and goes, none for orphans, and no more of
 * what looks leaked than there is.
 */
export function draftBudget({ process, takenAt, limits, summary }: Inspection): string {
  const { open, soft } = limits;
  const lines = [
    `# Descriptor budget, drafted from ${process.comm.replace(/[^\w.-]/g, '?')} (pid ${process.pid}) at ${takenAt}.`,
    '# Numbers are what was open then, with room: tighten them.',
    'schema: fdleak.budget/1',
    ...(open === null ? [] : [`max-open: ${withSlack(open)} # ${open} open, the soft limit is ${soft ?? 'unknown'}`]),
    ...(typeof soft === 'number' && (open ?? 0) + HEADROOM < soft ? [`min-headroom: ${HEADROOM}`] : []),
    'max:',
    ...toEntries(summary).map(({ subject, most, remark }) => `  ${subject}: ${most}${remark}`),
    'ignore: [] # such as path:/var/log/*, peer:10.0.0.5:*, port:8080, kind:eventfd',
    'settle: 5s',
  ];
  return `${lines.join('\n')}\n`;
}

interface Entry {
  readonly subject: Subject;
  readonly most: number;
  readonly remark: string;
}

function toEntries({ byKind, byVerdict }: Inspection['summary']): Entry[] {
  const orphans = byVerdict?.orphaned ?? 0;
  const remark = orphans === 0 ? '' : ` # ${orphans} now: this fails until they are closed`;
  const entries: Entry[] = [{ subject: 'orphaned', most: 0, remark }];
  for (const is of SUSPECT_VERDICTS) {
    if (is === 'orphaned' || UNJUDGED_VERDICTS.includes(is)) continue;
    entries.push({ subject: is, most: byVerdict?.[is] ?? 0, remark: '' });
  }
  for (const kind of KINDS) {
    const count = byKind?.[kind] ?? 0;
    if (count > 0) entries.push({ subject: kind, most: withSlack(count), remark: ` # ${count} now` });
  }
  return entries;
}

function withSlack(count: number): number {
  return Math.ceil(count * 1.5) + (count > 1 ? SLACK : 0);
}
