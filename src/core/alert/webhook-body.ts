import type { AlertDocument } from './alert-document.ts';

export const WEBHOOK_FORMATS = ['json', 'slack', 'discord', 'teams', 'pagerduty', 'alertmanager'] as const;

export type WebhookFormat = (typeof WEBHOOK_FORMATS)[number];

/** Discord refuses a longer message, PagerDuty a longer summary. */
const DISCORD_CHARACTERS = 2000;
/** A command line may be longer than a message may be (Discord 2,000 characters, Teams 28 KB), and the history comes after it. */
const COMMAND_CHARACTERS = 500;
const PAGERDUTY_CHARACTERS = 1024;

/** The body of a POST that tells of an alert, in the form that the other side reads. `key` is the routing key of PagerDuty. */
export function toWebhookBody(document: AlertDocument, format: WebhookFormat, key: string): object {
  return BODIES[format](document, key);
}

/**
 * @see https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 * @see https://discord.com/developers/docs/resources/webhook#execute-webhook
 * @see https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 * @see https://developer.pagerduty.com/docs/send-alert-event
 * @see https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml postableAlerts
 */
const BODIES = {
  json: (document: AlertDocument) => document,
  slack: (document: AlertDocument) => ({ text: escapeSlack(toText(document)) }),
  discord: (document: AlertDocument) => ({
    content: cut(toText(document), DISCORD_CHARACTERS),
    // A process may be named @everyone.
    allowed_mentions: { parse: [] },
  }),
  teams: (document: AlertDocument) => ({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: toLines(document).map((text, index) => ({
            type: 'TextBlock',
            text,
            wrap: true,
            weight: index === 0 ? 'bolder' : 'default',
          })),
        },
      },
    ],
  }),
  pagerduty: (document: AlertDocument, key: string) => ({
    routing_key: key,
    event_action: document.is === 'resolved' ? ('resolve' as const) : ('trigger' as const),
    dedup_key: document.id,
    payload: {
      summary: cut(toLines(document).slice(0, 2).join(': '), PAGERDUTY_CHARACTERS),
      source: document.host,
      severity: document.severity,
      timestamp: document.at,
      component: document.comm,
      class: document.rule,
      custom_details: document,
    },
  }),
  alertmanager: (document: AlertDocument) => [
    {
      labels: {
        alertname: `fdleak-${document.rule}`,
        severity: document.severity,
        instance: document.host,
        process: document.comm,
        pid: document.pid === null ? '' : `${document.pid}`,
        id: document.id,
      },
      annotations: { summary: toLines(document)[0] ?? '', description: document.because },
      startsAt: document.openedAt,
      ...(document.is === 'resolved' ? { endsAt: document.at } : {}),
    },
  ],
} satisfies Record<WebhookFormat, (document: AlertDocument, key: string) => object>;

/** What each receiver is sent. */
export type WebhookBodies = { readonly [Format in WebhookFormat]: ReturnType<(typeof BODIES)[Format]> };

function toText(document: AlertDocument): string {
  return toLines(document).join('\n');
}

/** What it is about, why, what to look at: a line each. */
function toLines({
  is,
  severity,
  rule,
  comm,
  pid,
  host,
  open,
  soft,
  because,
  limitAt,
  limitName,
  cmdline,
  history,
  id,
}: AlertDocument): string[] {
  const word = { opened: 'ALERT', worse: 'WORSE', again: 'STILL', resolved: 'RESOLVED' }[is];
  const use = open === null ? '' : `, ${open} of ${soft ?? '?'} descriptors open`;
  return [
    `${word} ${severity} ${rule}: ${comm} (pid ${pid ?? '?'}) on ${host}${use}`,
    because,
    ...(limitAt === null
      ? []
      : [
          `${limitName ?? 'limit'} reached at about ${limitAt.expected} (${limitAt.earliest} to ${limitAt.latest ?? 'perhaps never'})`,
        ]),
    ...(cmdline === null || cmdline.length === 0 ? [] : [`command: ${cut(cmdline.join(' '), COMMAND_CHARACTERS)}`]),
    ...(history === null ? [] : [`fdleak report ${history}`]),
    id,
  ];
}

/** @see https://docs.slack.dev/messaging/formatting-message-text#escaping */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
