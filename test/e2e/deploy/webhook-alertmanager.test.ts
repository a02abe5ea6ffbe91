/** @module-tag prometheus-alertmanager */
import { expect, test } from 'vitest';
import { toAlertDocument } from '../../../src/core/alert/alert-document.ts';
import { toWebhookBody } from '../../../src/core/alert/webhook-body.ts';
import { SUBJECT } from '../../core/alert/subject.ts';
import { startAlertmanager } from './alertmanager.ts';

interface Told {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
}

test('an Alertmanager takes the body of a webhook, shows one alert of it, and ends that when it is resolved', async () => {
  const { api, post } = await startAlertmanager();
  const openedAt = Date.now() - 60_000;
  const notice = { id: 'growth-k3', rule: 'growth', severity: 'critical', openedAt, because: 'leaks: <b>' } as const;
  const bodyOf = (is: 'opened' | 'again' | 'resolved', at: number): object =>
    toWebhookBody(toAlertDocument({ ...notice, is, at }, SUBJECT), 'alertmanager', '');
  const told = async (): Promise<Told[]> => JSON.parse(await (await fetch(api)).text());

  expect(await post([{ labels: { alertname: 1 } }])).toBe(400);
  expect(await post(bodyOf('opened', openedAt + 1000))).toBe(200);
  expect(await post(bodyOf('again', openedAt + 30_000))).toBe(200);
  await expect.poll(async () => (await told()).length).toBe(1);
  expect((await told())[0]).toMatchObject({
    labels: {
      alertname: 'fdleak-growth',
      severity: 'critical',
      instance: 'micro-server',
      process: 'worker',
      pid: '42',
    },
    annotations: { description: 'leaks: <b>' },
    startsAt: new Date(openedAt).toISOString(),
  });
  expect(await post(bodyOf('resolved', openedAt + 40_000))).toBe(200);
  await expect.poll(told).toEqual([]);
});
