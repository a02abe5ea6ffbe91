import { type Command, InvalidArgumentError } from 'commander';
import type { Pattern, Target } from '../../core/model/target.ts';

/** What the options of {@link addTargetOptions} leave. */
export interface TargetFlags {
  readonly name?: string;
  readonly port?: number;
  readonly pidfile?: string;
  readonly unit?: string;
  readonly cgroup?: string;
}

/** The ways to name a process other than by its number. */
export function addTargetOptions(command: Command): Command {
  return command
    .option('--name <regex>', 'the process whose name or command line matches')
    .option('--port <n>', 'the process that listens on this TCP port', parsePort)
    .option('--pidfile <file>', 'the process whose pid is in this file')
    .option('--unit <unit>', 'the main process of a systemd unit')
    .option('--cgroup <path>', 'the first process of a cgroup, as of a container: /kubepods.slice/…');
}

/** The one target that was named; throws for commander where there are none or two. */
export async function toTarget(pid: number | undefined, flags: TargetFlags): Promise<Target> {
  const targets: Target[] = [];
  if (pid !== undefined) targets.push({ by: 'pid', pid });
  if (flags.name !== undefined) targets.push({ by: 'name', pattern: await toPattern(flags.name) });
  if (flags.port !== undefined) targets.push({ by: 'port', port: flags.port });
  if (flags.pidfile !== undefined) targets.push({ by: 'pidfile', path: flags.pidfile });
  if (flags.unit !== undefined) targets.push({ by: 'unit', unit: flags.unit });
  if (flags.cgroup !== undefined) targets.push({ by: 'cgroup', path: flags.cgroup });
  const [target] = targets;
  if (target === undefined || targets.length > 1)
    throw new InvalidArgumentError('give one target: a pid, or --name, --port, --pidfile, --unit or --cgroup');
  return target;
}

/** By RE2, which is linear in the text: others choose what their processes are called, and `(a|a)*b` takes JavaScript for ever. */
async function toPattern(source: string): Promise<Pattern> {
  const { RE2JS } = await import('re2js');
  try {
    const compiled = RE2JS.compile(source);
    return { source, test: (text) => compiled.matcher(text).find() };
  } catch {
    throw new InvalidArgumentError(
      `"${source}" is not a valid regular expression (RE2 syntax, without look-around and back-references).`,
    );
  }
}

function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) < 1 || Number(text) > 65_535)
    throw new InvalidArgumentError('Expected a port from 1 to 65535.');
  return Number(text);
}
