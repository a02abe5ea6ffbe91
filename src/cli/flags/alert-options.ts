import { type Command, InvalidArgumentError, Option } from 'commander';
import { splitCommand } from '../../core/alert/split-command.ts';
import { WEBHOOK_FORMATS, type WebhookFormat } from '../../core/alert/webhook-body.ts';
import { parsePauseMs } from './options.ts';
import { parseLongDuration } from './target-options.ts';

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
      new Option('--for <duration>', 'how long a condition must hold before it is an alert')
        .argParser(parseLongDuration)
        .default(30_000, '30s'),
    )
    .addOption(
      new Option('--renotify <duration>', 'repeat an alert that is still open after this long; 0: never')
        .argParser(parseLongDuration)
        .default(14_400_000, '4h'),
    )
    .option('--exec <command>', 'run at each alert, without a shell; JSON on stdin, FDLEAK_* variables', parseCommand)
    .addOption(
      new Option('--exec-timeout <duration>', 'how long the command may take')
        .argParser(parsePauseMs)
        .default(30_000, '30s'),
    )
    .option('--webhook <url>', 'POST each alert to this URL; other users see it in the list of processes')
    .option('--webhook-file <file>', 'the same, the URL read from a file; or set FDLEAK_WEBHOOK')
    .addOption(
      new Option('--webhook-format <format>', 'form of that POST; pagerduty needs PAGERDUTY_ROUTING_KEY')
        .choices(WEBHOOK_FORMATS)
        .default('json'),
    )
    .addOption(
      new Option('--webhook-timeout <duration>', 'how long to wait for an answer')
        .argParser(parsePauseMs)
        .default(10_000, '10s'),
    );
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
