import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { AlertQueue, type Delivery } from '../../../src/app/watch/alert-queue.ts';
import { type AlertDocument, toAlertDocument } from '../../../src/core/alert/alert-document.ts';
import { SUBJECT } from '../../core/alert/subject.ts';

function toDocument(id: string): AlertDocument {
  const notice = { id, rule: 'growth', severity: 'warning', openedAt: 0, because: '', is: 'opened', at: 0 } as const;
  return toAlertDocument(notice, SUBJECT);
}

/** A queue whose other side answers what `deliveries` say, in turn, then `sent`. */
function toQueue(deliveries: readonly Delivery[], tookMs = 1) {
  const tried: string[] = [];
  const said: string[] = [];
  const queue = new AlertQueue({
    name: 'webhook',
    mostWaiting: 3,
    mostTries: 3,
    firstPauseMs: 5,
    mostPauseMs: 8,
    lastMs: 5000,
    deliver: async ({ id }) => {
      tried.push(id);
      await wait(tookMs);
      return deliveries[tried.length - 1] ?? { kind: 'sent' };
    },
    say: (message) => said.push(message),
  });
  return { queue, tried, said };
}

const AGAIN: Delivery = { kind: 'again', because: 'it answered 503' };

it('tries again what may go better later, in order', async () => {
  const { queue, tried, said } = toQueue([AGAIN, AGAIN]);
  queue.notify(toDocument('a'));
  queue.notify(toDocument('b'));
  await expect.poll(() => tried).toEqual(['a', 'a', 'a', 'b']);
  expect(said).toEqual(['webhook: alert a: it answered 503']);
});

it('gives up after so many tries, and at once what will never go better', async () => {
  const { queue, tried, said } = toQueue([AGAIN, AGAIN, AGAIN, { kind: 'failed', because: 'it answered 404' }]);
  queue.notify(toDocument('a'));
  queue.notify(toDocument('b'));
  await expect.poll(() => said).toHaveLength(3);
  expect(tried).toEqual(['a', 'a', 'a', 'b']);
  expect(said.slice(1)).toEqual([
    'webhook: alert a: it answered 503; given up',
    'webhook: alert b: it answered 404; given up',
  ]);
});

it('drops the oldest when more wait than may', () => {
  const { queue, said } = toQueue([]);
  for (const id of ['a', 'b', 'c', 'd']) queue.notify(toDocument(id));
  expect(said).toEqual(['webhook: alert a is dropped, more than 3 wait']);
});

it('waits no longer at the end than it is told, and says what was not delivered', async () => {
  const { queue, said } = toQueue(
    Array.from({ length: 9 }, () => AGAIN),
    100,
  );
  queue.notify(toDocument('a'));
  queue.notify(toDocument('b'));
  await queue.end(0);
  expect(said.at(-1)).toBe('webhook: 2 alerts were not delivered');
});
