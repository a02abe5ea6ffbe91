import { type Command, InvalidArgumentError, Option } from 'commander';
import { splitCommand } from '../../core/alert/split-command.ts';
import { WEBHOOK_FORMATS, type WebhookFormat } from '../../core/alert/webhook-body.ts';
import { durationOption, parseLongDuration } from './durations.ts';

/** When an alert opens, and who is told. */
export interface AlertFlags {
  readonly for: number;
  readonly renotify: number;
  readonly exec?: readonly string[];
  readonly execTimeout: number;
  readonly webhook?: string;
  readonly webhookFile?: string;
  readonly webhookFormat: WebhookFormat;
  readonly webhookTimeout: number;
}

export function addAlertOptions(command: Command): Command {
  return command
    .addOption(
      durationOption(
        '--for <duration>',
        'how long a condition must hold before it is an alert',
        '30s',
        parseLongDuration,
      ),
    )
    .addOption(
      durationOption(
        '--renotify <duration>',
        'repeat an alert that is still open after this long; 0: never',
        '4h',
        parseLongDuration,
      ),
    )
    .option('--exec <command>', 'run at each alert, without a shell; JSON on stdin, FDLEAK_* variables', parseCommand)
    .addOption(durationOption('--exec-timeout <duration>', 'how long the command may take', '30s'))
    .option('--webhook <url>', 'POST each alert to this URL; other users see it in the list of processes')
    .option('--webhook-file <file>', 'the same, the URL read from a file; or set FDLEAK_WEBHOOK')
    .addOption(
      new Option('--webhook-format <format>', 'form of that POST; pagerduty needs PAGERDUTY_ROUTING_KEY')
        .choices(WEBHOOK_FORMATS)
        .default('json'),
    )
    .addOption(durationOption('--webhook-timeout <duration>', 'how long to wait for an answer', '10s'));
}

/** The ways out that were asked for. */
export function toWaysOut({ exec, execTimeout, webhookFormat, webhookTimeout }: AlertFlags, webhook: string | null) {
  return {
    exec: exec ?? null,
    execTimeoutMs: execTimeout,
    webhook,
    webhookFormat,
    webhookKey: process.env['PAGERDUTY_ROUTING_KEY'] ?? '',
    webhookTimeoutMs: webhookTimeout,
  };
}

function parseCommand(text: string): readonly string[] {
  const words = splitCommand(text);
  if (words === null || words.length === 0)
    throw new InvalidArgumentError('Expected a command, words separated by spaces.');
  return words;
}
