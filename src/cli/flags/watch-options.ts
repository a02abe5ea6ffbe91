import { InvalidArgumentError } from 'commander';
import type { ColorWhen } from '../context.ts';
import type { AlertFlags } from './alert-options.ts';
import type { TargetFlags } from './target-options.ts';
import { parsePauseMs } from './durations.ts';

/** What the options of `fdleak watch` leave. */
export interface WatchFlags extends TargetFlags, AlertFlags {
  readonly interval: number;
  readonly duration?: number;
  readonly samples?: number;
  readonly follow?: boolean;
  readonly children?: true;
  readonly each?: true;
  /** undefined or true: the usual file; false: none. */
  readonly history?: string | boolean;
  readonly retain: number;
  readonly orphanAge: number;
  readonly stacks: readonly string[];
  readonly metrics?: string;
  readonly format: 'auto' | 'screen' | 'plain' | 'ndjson';
  readonly json?: true;
  readonly logEvery: number;
  readonly quiet?: true;
  readonly color: ColorWhen;
}

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
