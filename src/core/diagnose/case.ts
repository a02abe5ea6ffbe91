import type { Inspection } from '../model/inspection.ts';
import type { EpollSet } from '../model/open-descriptor.ts';
import type { Finding, Concern } from '../model/finding.ts';
import type { Viewer } from '../model/viewer.ts';
import type { Statement } from './statement.ts';

/** What a rule may look at. */
export interface Case {
  readonly inspection: Omit<Inspection, 'findings'>;
  /** null when some epoll descriptor could not be read. */
  readonly epollSets: readonly EpollSet[] | null;
  readonly viewer: Viewer;
}

/** What a rule found: a finding without its name, each piece of evidence as data and in words. */
export interface Found extends Pick<Finding, 'severity' | 'count' | 'title' | 'checked' | 'advice'> {
  readonly evidence: readonly Statement[];
}

/** One finding: its name, what it is about, and when it is there. */
export interface Rule {
  readonly id: string;
  readonly about: Concern;
  readonly find: (subject: Case) => Found | null;
}

/** Asks one rule. */
export function applyRule({ id, about, find }: Rule, subject: Case): Finding | null {
  const found = find(subject);
  if (found === null) return null;
  const { severity, count, title, evidence, checked, advice } = found;
  return {
    id,
    about,
    severity,
    count,
    title,
    evidence: evidence.map(({ sentence }) => sentence),
    facts: evidence.map(({ fact }) => fact),
    checked,
    advice,
  };
}
