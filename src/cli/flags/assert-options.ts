import { InvalidArgumentError } from 'commander';
import type { Ready } from '../../app/assert/ready.ts';
import { parseMaxOpen } from '../../core/budget/budget-file.ts';
import { parseIgnore } from '../../core/exercise/ignore.ts';
import type { IgnorePattern, MaxOpen } from '../../core/model/budget.ts';
import { ASSERTION_FORMATS, type AssertionFormat } from '../../report/assertion/formats.ts';

export interface ReportFile {
  readonly format: AssertionFormat;
  readonly path: string;
}

export function parseOpenOption(text: string): MaxOpen {
  const max = parseMaxOpen(text);
  if (max === undefined)
    throw new InvalidArgumentError('Expected a number of descriptors or a share of the soft limit: 200, 80%.');
  return max;
}

export function collectIgnore(text: string, before: readonly IgnorePattern[] = []): IgnorePattern[] {
  const pattern = parseIgnore(text);
  if (pattern === undefined)
    throw new InvalidArgumentError(
      'Expected a pattern: path:/var/log/*, peer:10.0.0.5:*, port:8080, kind:eventfd or verdict:bound.',
    );
  return [...before, pattern];
}

/** `tap=out.tap`, repeatable. */
export function collectReport(text: string, before: readonly ReportFile[] = []): ReportFile[] {
  const [, name, path] = /^(\w+)=(.+)$/s.exec(text) ?? [];
  const format = ASSERTION_FORMATS.find((one) => one === name);
  if (format === undefined || path === undefined)
    throw new InvalidArgumentError(`Expected a format (${ASSERTION_FORMATS.join(', ')}) and a file: tap=out.tap.`);
  return [...before, { format, path }];
}

export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

export function parseRuns(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1 to 9999.');
  return Number(text);
}

/** `port:8080`, `log:listening on`, `file:/run/app.pid`. */
export function parseReady(text: string): Ready {
  const [, kind, value = ''] = /^(port|log|file):(.+)$/s.exec(text) ?? [];
  if (kind === 'port' && /^\d{1,5}$/.test(value) && Number(value) <= 65_535) return { kind, port: Number(value) };
  if (kind === 'file') return { kind, path: value };
  if (kind === 'log') {
    try {
      return { kind, pattern: new RegExp(value, 'm') };
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  }
  throw new InvalidArgumentError('Expected port:8080, log:PATTERN or file:/run/app.pid.');
}
