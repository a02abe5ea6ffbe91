import { formatCount } from '../words/numbers.ts';
import type { Case, Found, Rule } from './case.ts';
import { MANY, theseFds } from './living.ts';
import { type PartOfTotal, toStatement } from './statement.ts';
import { sortOut } from './sorted-out.ts';

/** Standard input, output and error often outlive what they led to. */
const FIRST_OWN = 3;

/** Pipes to which nobody can write any more, or from which nobody can read: their children have ended. */
export const PIPES_WITHOUT_END = { id: 'pipes-without-end', about: 'leak', find } as const satisfies Rule;

function find({ inspection }: Case): Found | null {
  const lone = sortOut(inspection.descriptors).others.filter(
    ({ fd, object }) => fd >= FIRST_OWN && object?.kind === 'pipe' && object.otherEnds === 0,
  );
  if (lone.length < MANY) return null;
  const readers = lone.filter(({ object }) => object?.kind === 'pipe' && object.end === 'read').length;
  return {
    severity: 'warning',
    count: lone.length,
    title: titleOf(readers, lone.length),
    evidence: [
      ...(readers > 0 ? [readEnds({ count: readers, total: lone.length })] : []),
      ...(readers < lone.length ? [writeEnds({ count: lone.length - readers, total: lone.length })] : []),
      theseFds({ fds: lone.map(({ fd }) => fd) }),
    ],
    checked: [],
    advice: `Close both ends of a child's pipes when the child was waited for. Python: communicate(), or with Popen(…); Go: Wait closes them, a pipe of os.Pipe is yours. See whether they grow: fdleak watch ${inspection.process.pid}.`,
  };
}

function titleOf(readers: number, total: number): string {
  if (readers === total) return `${total} read ends of pipes to which nobody can write any more`;
  if (readers === 0) return `${total} write ends of pipes from which nobody can read any more`;
  return `${formatCount(total, 'pipe')} without another end; to ${readers} read ends nobody can write any more`;
}

const readEnds = toStatement(
  'read-ends',
  ({ count, total }: PartOfTotal) => `${count} of ${total} are read ends: no process holds a write end`,
);
const writeEnds = toStatement(
  'write-ends',
  ({ count, total }: PartOfTotal) => `${count} of ${total} are write ends: no process holds a read end`,
);
