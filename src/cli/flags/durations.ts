import { InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../core/parse/duration.ts';

/** A duration of any length, for what is only compared with the clock. */
export function parseLongDuration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined)
    throw new InvalidArgumentError('Expected a duration: a number and a unit, 250ms, 5s, 10m, 48h, 30d.');
  return ms;
}

/** The longest that a timer of Node can wait; a longer one would end at once. */
const LONGEST_PAUSE_MS = 2 ** 31 - 1;

/** A duration that something waits for. */
export function parsePauseMs(text: string): number {
  const ms = parseLongDuration(text);
  if (ms > LONGEST_PAUSE_MS) throw new InvalidArgumentError('Too long: at most 24d.');
  return ms;
}

/** An option with a duration and its default, `250ms`, as help shows it. */
export function durationOption(flags: string, description: string, usual: string, parse = parsePauseMs): Option {
  return new Option(flags, description).argParser(parse).default(parse(usual), usual);
}
