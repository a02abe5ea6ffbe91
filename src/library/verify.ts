import { setImmediate as nextTurn } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';
import { Looker } from '../app/inspect/take-look.ts';
import { type OpenKeys, toLookKey } from '../core/exercise/growth.ts';
import { withoutIgnored } from '../core/exercise/ignore.ts';
import { formatCount } from '../core/words/numbers.ts';
import type { Descriptor } from '../core/model/descriptor.ts';
import { explainDescriptors } from '../report/assertion/evidence.ts';
import { toPatterns } from './budget.ts';
import { collectGarbage } from './collect-garbage.ts';
import { DescriptorLeakError } from './errors.ts';
import { inspect } from './inspect.ts';
import { warnSkipped, whyUnsupported } from './platform.ts';
import { type FinishedTest, toFinishedTest } from './finished-test.ts';
import { theWorld } from './world.ts';

export interface VerifyOptions {
  /** How long descriptors may take to be closed before they are held against the test, ms. Default 1000. */
  readonly settleMs?: number;
  /** As in {@link import('./growth.ts').GrowthOptions}. */
  readonly ignore?: readonly string[];
}

/** A hook for `afterEach` or `afterAll` of vitest, jest and node:test. */
export type VerifyHook = (context?: unknown) => Promise<void>;

const FIRST_PAUSE_MS = 5;

/**
 * Makes a hook that fails a test which leaves descriptors open in this process, by name.
 *
 *     afterEach(verifyNoDescriptorLeaks());
 *
 * What is open when it is made, and what was reported once, is not held against the next test; a test that failed already is left
 * alone. Where tests ran at the same time the message says that the one named need not be the one that leaks.
 */
export function verifyNoDescriptorLeaks({ settleMs = 1000, ignore = [] }: VerifyOptions = {}): VerifyHook {
  const patterns = toPatterns(ignore);
  const unsupported = whyUnsupported();
  if (unsupported !== null) {
    return async () => {
      warnSkipped(unsupported);
    };
  }
  const looker = new Looker(theWorld(), process.pid);
  let known = take(looker);
  return async (context?: unknown) => {
    const test = toFinishedTest(context);
    if (test.hasFailed) {
      known = take(looker);
      return;
    }
    await settleDown(looker, known, settleMs);
    const now = take(looker);
    const before = known;
    known = now;
    if (!hasNew(now, before)) return;
    const { descriptors } = await inspect(process.pid, { settleMs: 0 });
    const left = withoutIgnored(descriptors, patterns).filter((one) => isNew(one, before));
    if (left.length > 0) throw new DescriptorLeakError(toMessage(test, left));
  };
}

function take(looker: Looker): OpenKeys {
  const look = looker.take();
  return look.kind === 'read' ? look.value : new Set();
}

/** Waits for what is new to be closed; returns early when it is. */
async function settleDown(looker: Looker, known: OpenKeys, settleMs: number): Promise<void> {
  await nextTurn();
  if (!hasNew(take(looker), known)) return;
  await collectGarbage();
  const until = theWorld().clock.monotonicMs() + settleMs;
  for (
    let pauseMs = FIRST_PAUSE_MS;
    hasNew(take(looker), known) && theWorld().clock.monotonicMs() < until;
    pauseMs *= 2
  ) {
    await theWorld().clock.sleep(Math.min(pauseMs, until - theWorld().clock.monotonicMs()));
  }
}

function hasNew(now: OpenKeys, before: OpenKeys): boolean {
  for (const key of now) if (!before.has(key)) return true;
  return false;
}

function isNew({ fd, target }: Descriptor, before: OpenKeys): boolean {
  return !before.has(toLookKey(fd, target));
}

function toMessage({ name, isConcurrent }: FinishedTest, left: readonly Descriptor[]): string {
  const count = formatCount(left.length, 'descriptor');
  const lines = [`${count} left open by ${name === null ? 'the tests before this' : JSON.stringify(name)}`];
  if (isConcurrent) lines.push('Other tests ran at the same time (concurrent): which of them left these is unknown.');
  if (!isMainThread)
    lines.push('Threads share descriptors: a test in another thread of this process may have left them.');
  return [...lines, ...explainDescriptors(left).map((line) => `  ${line}`)].join('\n');
}
