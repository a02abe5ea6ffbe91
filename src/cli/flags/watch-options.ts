import { InvalidArgumentError } from 'commander';
import { parsePauseMs } from './options.ts';

/** Milliseconds between looks. Throws commander's error for less than the cheapest look is worth. */
export function parseInterval(text: string): number {
  const ms = parsePauseMs(text);
  if (ms < 100) throw new InvalidArgumentError('Too short: at least 100ms.');
  return ms;
}

export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Expected a positive whole number.');
  return Number(text);
}
