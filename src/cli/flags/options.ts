import { InvalidArgumentError, Option } from 'commander';
import { SOURCE_OPTIONS, type SourceOption } from '../../core/sources/registry.ts';
import { COLOR_WHEN } from '../context.ts';
import { durationOption } from './durations.ts';

export function parseSources(text: string): SourceOption[] {
  const names = text.split(',').map((name) => name.trim());
  const chosen = SOURCE_OPTIONS.filter((name) => names.includes(name));
  const unknown = names.find((name) => !SOURCE_OPTIONS.some((option) => option === name));
  if (unknown !== undefined) throw new InvalidArgumentError(`"${unknown}" is not one of ${SOURCE_OPTIONS.join(', ')}.`);
  return chosen.includes('proc') ? chosen : ['proc', ...chosen];
}

/** How long reading one process may take. */
export function withinOption(): Option {
  return durationOption('--within <duration>', 'stop reading after this long, and say what is missing', '10s');
}

/** Below how many descriptors a process is not looked at. */
export function minOption(usual: number): Option {
  return new Option('--min <n>', 'only count processes with fewer descriptors').argParser(parseMin).default(usual);
}

function parseMin(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('Expected a number of descriptors.');
  return Number(text);
}

export function colorOption(): Option {
  return new Option('--color <when>', 'colour the output').choices(COLOR_WHEN).default('auto');
}

/** An option that may be given several times; its texts in order, none at first. */
export function repeatableOption(flags: string, description: string): Option {
  return new Option(flags, `${description}; repeatable`)
    .argParser((text: string, before: readonly string[]) => [...before, text])
    .default([], 'none');
}
