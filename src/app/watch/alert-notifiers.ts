import { toJsonText } from '../../core/words/json.ts';
import { runHook } from '../../collect/exec-hook.ts';
import { postJson } from '../../collect/webhook.ts';
import { toAlertVariables } from '../../core/alert/alert-document.ts';
import { toWebhookBody, type WebhookFormat } from '../../core/alert/webhook-body.ts';
import { AlertQueue } from './alert-queue.ts';

export interface NotifierRequest {
  /** Words of the command of `--exec`; null without one. */
  readonly exec: readonly string[] | null;
  readonly execTimeoutMs: number;
  readonly webhook: string | null;
  readonly webhookFormat: WebhookFormat;
  /** The routing key of PagerDuty. */
  readonly webhookKey: string;
  readonly webhookTimeoutMs: number;
  readonly say: (message: string) => void;
}

const PATIENCE = { mostWaiting: 100, firstPauseMs: 1000, mostPauseMs: 60_000 } as const;
const WEBHOOK_TRIES = 8;
const LAST_MS = 5000;

/** The ways out that were asked for: a command, a URL. */
export function toNotifiers(request: NotifierRequest): AlertQueue[] {
  const { exec, execTimeoutMs, webhook, webhookFormat, webhookKey, webhookTimeoutMs, say } = request;
  const shared = { ...PATIENCE, say };
  const queues: AlertQueue[] = [];
  if (exec !== null) {
    queues.push(
      new AlertQueue({
        ...shared,
        name: 'exec',
        mostTries: 1,
        lastMs: Math.max(LAST_MS, execTimeoutMs),
        deliver: (document) =>
          runHook({
            command: exec,
            stdin: `${toJsonText(document)}\n`,
            variables: toAlertVariables(document),
            deadlineMs: execTimeoutMs,
          }),
      }),
    );
  }
  if (webhook !== null) {
    queues.push(
      new AlertQueue({
        ...shared,
        name: 'webhook',
        mostTries: WEBHOOK_TRIES,
        lastMs: LAST_MS,
        deliver: (document) =>
          postJson(webhook, toJsonText(toWebhookBody(document, webhookFormat, webhookKey)), webhookTimeoutMs),
      }),
    );
  }
  return queues;
}
