import type { Inspection } from '../model/inspection.ts';
import type { EpollSet } from '../model/open-descriptor.ts';
import type { Finding } from '../model/finding.ts';
import type { Viewer } from '../model/viewer.ts';

/** What a rule may look at. */
export interface Case {
  readonly inspection: Omit<Inspection, 'findings'>;
  /** null when some epoll descriptor could not be read. */
  readonly epollSets: readonly EpollSet[] | null;
  readonly viewer: Viewer;
}

/** One rule: evidence in, a finding or nothing out. */
export type Rule = (subject: Case) => Finding | null;
