import { formatCount } from '../words/numbers.ts';
import type { Case, Found, Rule } from './case.ts';
import { theseFds } from './living.ts';
import { toNote } from './statement.ts';
import { sortOut } from './sorted-out.ts';

/** One is about to be closed. */
const FEWEST_HUNG_UP = 2;
/** Where nothing tells whether a session was ever there, two may still be waiting for theirs. */
const FEWEST = 3;

/** Masters of pseudoterminals at whose other side there is no session and no descriptor any more. */
export const TERMINALS_WITHOUT_SESSION = {
  id: 'terminals-without-session',
  about: 'leak',
  find,
} as const satisfies Rule;

function find({ inspection }: Case): Found | null {
  const lone = sortOut(inspection.descriptors).others.filter(
    ({ object }) => object?.kind === 'terminal' && object.inUse === false && object.hungUp !== false,
  );
  const hungUp = lone.filter(({ object }) => object?.kind === 'terminal' && object.hungUp === true);
  if (lone.length < FEWEST && hungUp.length < FEWEST_HUNG_UP) return null;
  return {
    severity: 'warning',
    count: lone.length,
    title: `${formatCount(lone.length, 'terminal')} without a session: the programs in them have ended`,
    evidence: [hungUp.length === lone.length ? HUNG_UP : NOBODY, theseFds({ fds: lone.map(({ fd }) => fd) })],
    checked: [],
    advice:
      'Close the master (/dev/ptmx) when a read fails with EIO, or when the child was waited for; the machine has 4096 of them by default (kernel.pty.max).',
  };
}

const HUNG_UP = toNote('hung-up', 'their other side was open and was closed, at two looks 1.2 s apart');
const NOBODY = toNote('no-session', 'no process has them as its terminal, or has their other side open');
