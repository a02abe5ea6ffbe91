import { InvalidArgumentError, Option } from 'commander';
import { SOURCE_OPTIONS, type SourceOption } from '../../core/sources/registry.ts';
import { parseDuration } from '../../core/parse/duration.ts';
import { USUAL_MS } from '../../collect/deadline.ts';
import { COLOR_WHEN } from '../context.ts';

function parseMs(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined)
    throw new InvalidArgumentError('Expected a duration: a number and a unit, 250ms, 5s, 10m, 48h, 30d.');
  return ms;
}

/** The longest that a timer of Node can wait; a longer one would end at once. */
const LONGEST_PAUSE_MS = 2 ** 31 - 1;

/** A duration that something waits for. */
export function parsePauseMs(text: string): number {
  const ms = parseMs(text);
  if (ms > LONGEST_PAUSE_MS) throw new InvalidArgumentError('Too long: at most 24d.');
  return ms;
}

export function parseSources(text: string): SourceOption[] {
  const names = text.split(',').map((name) => name.trim());
  const chosen = SOURCE_OPTIONS.filter((name) => names.includes(name));
  const unknown = names.find((name) => !SOURCE_OPTIONS.some((option) => option === name));
  if (unknown !== undefined) throw new InvalidArgumentError(`"${unknown}" is not one of ${SOURCE_OPTIONS.join(', ')}.`);
  return chosen.includes('proc') ? chosen : ['proc', ...chosen];
}

/** How long reading one process may take. */
export function withinOption(): Option {
  return new Option('--within <duration>', 'stop reading after this long, and say what is missing')
    .argParser(parsePauseMs)
    .default(USUAL_MS, '10s');
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
