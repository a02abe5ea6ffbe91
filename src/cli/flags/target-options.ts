import { type Command, InvalidArgumentError } from 'commander';
import type { Target } from '../../core/model/target.ts';
import { parseDuration } from '../../core/parse/duration.ts';

/** What the options of {@link addTargetOptions} leave. */
export interface TargetFlags {
  readonly name?: RegExp;
  readonly port?: number;
  readonly pidfile?: string;
  readonly unit?: string;
}

/** The ways to name a process other than by its number. */
export function addTargetOptions(command: Command): Command {
  return command
    .option('--name <regex>', 'the process whose name or command line matches', parsePattern)
    .option('--port <n>', 'the process that listens on this TCP port', parsePort)
    .option('--pidfile <file>', 'the process whose pid is in this file')
    .option('--unit <unit>', 'the main process of a systemd unit');
}

/** The one target that was named; throws for commander where there are none or two. */
export function toTarget(pid: number | undefined, flags: TargetFlags): Target {
  const targets: Target[] = [];
  if (pid !== undefined) targets.push({ by: 'pid', pid });
  if (flags.name !== undefined) targets.push({ by: 'name', pattern: flags.name });
  if (flags.port !== undefined) targets.push({ by: 'port', port: flags.port });
  if (flags.pidfile !== undefined) targets.push({ by: 'pidfile', path: flags.pidfile });
  if (flags.unit !== undefined) targets.push({ by: 'unit', unit: flags.unit });
  const [target] = targets;
  if (target === undefined || targets.length > 1)
    throw new InvalidArgumentError('Give one target: a pid, or --name, --port, --pidfile or --unit.');
  return target;
}

/** A duration of any length, for what is only compared with the clock. */
export function parseLongDuration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined)
    throw new InvalidArgumentError('Expected a duration: a number and a unit, 250ms, 5s, 10m, 48h, 30d.');
  return ms;
}

function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch {
    throw new InvalidArgumentError(`"${text}" is not a valid regular expression.`);
  }
}

function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) < 1 || Number(text) > 65_535)
    throw new InvalidArgumentError('Expected a port from 1 to 65535.');
  return Number(text);
}
