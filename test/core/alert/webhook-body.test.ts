import { describe, expect, it } from 'vitest';
import { toAlertDocument, toAlertVariables } from '../../../src/core/alert/alert-document.ts';
import { toWebhookBody, WEBHOOK_FORMATS } from '../../../src/core/alert/webhook-body.ts';
import { SUBJECT } from './subject.ts';

const NOTICE = {
  id: 'growth-k3',
  rule: 'growth',
  severity: 'critical',
  openedAt: 0,
  because: 'leaks: <script> & @everyone',
  is: 'opened',
  at: 3_600_000,
} as const;
const DOCUMENT = toAlertDocument(NOTICE, SUBJECT);

it('carries host, process, count, limit, place, pace, end and history', () => {
  expect(DOCUMENT).toMatchObject({
    schema: 'fdleak.alert/1',
    host: 'micro-server',
    pid: 42,
    cmdline: ['worker', '--port', '8080'],
    open: 49,
    soft: 1024,
    place: 'tcp to 127.0.0.1:36191',
    perHour: 936,
    limitAt: {
      earliest: '1970-01-01T01:48:00.000Z',
      expected: '1970-01-01T02:00:00.000Z',
      latest: '1970-01-01T02:12:00.000Z',
    },
    places: [{ place: 'tcp to 127.0.0.1:36191', opened: 39, closed: 0, judgement: 'leak' }],
    history: '/var/lib/h.db',
  });
  expect(toAlertVariables(DOCUMENT)).toMatchObject({
    FDLEAK_HOST: 'micro-server',
    FDLEAK_PLACE: 'tcp to 127.0.0.1:36191',
    FDLEAK_LIMIT_AT: '1970-01-01T02:00:00.000Z',
  });
});

it('says null of what is not known', () => {
  const blank = {
    ...SUBJECT,
    pid: null,
    cmdline: null,
    open: null,
    soft: null,
    places: [],
    hoursToLimit: null,
    limitName: null,
    history: null,
  };
  expect(toAlertDocument(NOTICE, blank)).toMatchObject({ place: null, perHour: null, limitAt: null, places: [] });
  for (const format of WEBHOOK_FORMATS) {
    expect(JSON.stringify(toWebhookBody(toAlertDocument(NOTICE, blank), format, ''))).not.toMatch(/undefined|NaN/);
  }
});

/** The members that the documentation of each receiver asks for, and its limits. */
describe('the body of a webhook', () => {
  it('is the document itself unless said', () => {
    expect(toWebhookBody(DOCUMENT, 'json', '')).toEqual(DOCUMENT);
  });

  it('of Slack is a text in which nothing of the process is markup', () => {
    const body = toWebhookBody(DOCUMENT, 'slack', '');
    expect(Object.keys(body)).toEqual(['text']);
    expect(JSON.stringify(body)).toContain('&lt;script&gt; &amp; @everyone');
    expect(JSON.stringify(body)).toContain('worker (pid 42) on micro-server, 49 of 1024 descriptors open');
  });

  it('of Discord has at most 2000 characters and mentions nobody', () => {
    const long = toWebhookBody({ ...DOCUMENT, because: 'x'.repeat(5000) }, 'discord', '');
    expect(long).toMatchObject({ content: expect.stringMatching(/^.{0,2000}$/s), allowed_mentions: { parse: [] } });
  });

  /** @see https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using */
  it('of Teams is a message with one adaptive card of text blocks, and nothing that its documentation does not name', () => {
    const content = {
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      type: 'AdaptiveCard',
      version: '1.4',
      body: expect.arrayContaining([expect.objectContaining({ type: 'TextBlock', wrap: true })]),
    };
    expect(toWebhookBody(DOCUMENT, 'teams', '')).toStrictEqual({
      type: 'message',
      attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
    });
  });

  it('of a process with a long command line stays under the 28 KB of Teams, and names the history to Discord', () => {
    const long = { ...DOCUMENT, cmdline: ['java', '-cp', 'lib.jar:'.repeat(8000)] };
    expect(JSON.stringify(toWebhookBody(long, 'teams', '')).length).toBeLessThan(28 * 1024);
    expect(JSON.stringify(toWebhookBody(long, 'discord', ''))).toContain(`fdleak report ${DOCUMENT.history}`);
  });

  it('of PagerDuty triggers and resolves one incident by the id of the alert', () => {
    const trigger = toWebhookBody(DOCUMENT, 'pagerduty', 'key');
    expect(trigger).toMatchObject({
      routing_key: 'key',
      event_action: 'trigger',
      dedup_key: 'growth-k3',
      payload: {
        source: 'micro-server',
        severity: 'critical',
        timestamp: DOCUMENT.at,
        component: 'worker',
        class: 'growth',
      },
    });
    expect(toWebhookBody({ ...DOCUMENT, is: 'resolved' }, 'pagerduty', 'key')).toMatchObject({
      event_action: 'resolve',
    });
    expect(toWebhookBody({ ...DOCUMENT, because: 'x'.repeat(5000) }, 'pagerduty', 'key')).toMatchObject({
      payload: { summary: expect.stringMatching(/^.{1,1024}$/s) },
    });
  });

  it('of Alertmanager is a list of one alert whose labels are all text', () => {
    const [alert] = Object.values(toWebhookBody(DOCUMENT, 'alertmanager', ''));
    expect(alert).toMatchObject({ labels: { alertname: 'fdleak-growth', pid: '42' }, startsAt: DOCUMENT.openedAt });
    expect(alert).not.toHaveProperty('endsAt');
    const [resolved] = Object.values(toWebhookBody({ ...DOCUMENT, is: 'resolved' }, 'alertmanager', ''));
    expect(resolved).toMatchObject({ endsAt: DOCUMENT.at });
  });
});
