/** The bodies against what the receivers themselves publish: their types, the renderer of adaptive cards. */
import type { event } from '@pagerduty/pdjs';
import type { IncomingWebhookSendArguments } from '@slack/webhook';
import { AdaptiveCard, SerializationContext, Versions } from 'adaptivecards';
import type { RESTPostAPIWebhookWithTokenJSONBody } from 'discord-api-types/v10';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { toAlertDocument } from '../../../src/core/alert/alert-document.ts';
import { toWebhookBody, type WebhookBodies } from '../../../src/core/alert/webhook-body.ts';
import { SUBJECT } from './subject.ts';

type PagerDutyEvent = Extract<Parameters<typeof event>[0], { data: { payload: { severity: string } } }>['data'];

const NOTICE = { id: 'growth-k3', rule: 'growth', severity: 'critical', openedAt: 0, because: 'leaks', at: 1 } as const;

/** Members that the other side does not know. */
type Unknown<Body, Published> = Exclude<keyof Body, keyof Published>;

describe('what the type checker holds against the types that a receiver publishes', () => {
  it('is the body for Slack', () => {
    expectTypeOf<WebhookBodies['slack']>().toExtend<IncomingWebhookSendArguments>();
    expectTypeOf<Unknown<WebhookBodies['slack'], IncomingWebhookSendArguments>>().toBeNever();
  });

  it('is the body for Discord', () => {
    expectTypeOf<WebhookBodies['discord']>().toExtend<RESTPostAPIWebhookWithTokenJSONBody>();
    expectTypeOf<Unknown<WebhookBodies['discord'], RESTPostAPIWebhookWithTokenJSONBody>>().toBeNever();
  });

  it('is the body for PagerDuty', () => {
    expectTypeOf<WebhookBodies['pagerduty']>().toExtend<PagerDutyEvent>();
    expectTypeOf<Unknown<WebhookBodies['pagerduty'], PagerDutyEvent>>().toBeNever();
    expectTypeOf<Unknown<WebhookBodies['pagerduty']['payload'], PagerDutyEvent['payload']>>().toBeNever();
  });
});

describe('the card for Teams', () => {
  const complaintsAbout = (content: unknown): string[] => {
    const context = new SerializationContext(Versions.v1_4);
    const card = new AdaptiveCard();
    card.parse(content, context);
    const parsing = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message);
    return [...parsing, ...card.validateProperties().validationEvents.map(({ message }) => message)];
  };
  const cardOf = (is: 'opened' | 'resolved'): { readonly version: string; readonly body: readonly object[] } => {
    const body: WebhookBodies['teams'] = Object(
      toWebhookBody(toAlertDocument({ ...NOTICE, is }, SUBJECT), 'teams', ''),
    );
    const [attachment] = body.attachments;
    if (attachment === undefined) throw new Error('no card');
    return attachment.content;
  };

  it.each(['opened', 'resolved'] as const)('is one that the renderer of Teams takes without a complaint: %s', (is) => {
    const card = cardOf(is);
    expect(card.version).toBe('1.4');
    expect(complaintsAbout(card)).toEqual([]);
  });

  it('would meet a complaint with a word or an element that it does not know', () => {
    const card = cardOf('opened');
    const [first] = card.body;
    expect(complaintsAbout({ ...card, body: [{ ...first, weight: 'fat' }] })).toHaveLength(1);
    expect(complaintsAbout({ ...card, body: [{ ...first, type: 'Text' }] })).toHaveLength(1);
  });
});
