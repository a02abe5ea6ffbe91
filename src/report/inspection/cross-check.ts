import type { Inspection } from '../../core/model/inspection.ts';
import { COUNTED, type Disagreement, type Source } from '../../core/model/source.ts';
import { countsOf } from '../../core/sources/registry.ts';
import { escapeText } from '../text/escape.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import { formatFdNumbers } from '../../core/words/fds.ts';

/** The heads of {@link toCells}: `matched` are sockets that a kernel table lists, `unmatched` are in none. */
export const COUNTED_HEADS = ['descriptors', 'sockets', 'listed', 'nowhere'] as const;

/** Whether a source counts descriptors or sockets, and so has a row of its own. */
export function isCounting({ name, descriptors, sockets }: Source): boolean {
  return countsOf(name).length > 0 || descriptors !== null || sockets !== null;
}

/** One source's counts as text: a number, `?` where it ought to know and does not, blank where it never counts that. */
export function toCells(source: Source): string[] {
  return COUNTED.map((counted) => {
    const value = source[counted];
    if (value !== null) return `${value}`;
    return countsOf(source.name).includes(counted) ? '?' : '';
  });
}

/**
 * The arithmetic of the counts in one line: `59 sockets by proc-fd = 59 by lsof; 19 of them listed = 19 by ss; 40 nowhere`.
 * `≠` stands where two sources differ; a source that counted nothing is left out. null where nothing was counted.
 */
export function sayArithmetic({ sources }: Pick<Inspection, 'sources'>): string | null {
  const own = sources.find(({ name }) => name === 'proc-fd');
  if (own === undefined || own.sockets === null) return null;
  const others = sources.filter(({ name }) => name !== own.name && countsOf(name).includes('matched'));
  // What lists descriptors sees sockets of every kind; what lists tables only sees those that stand in one.
  const isListing = ({ name }: Source): boolean => countsOf(name).includes('unmatched');
  const sockets = compare(
    own.sockets,
    others.filter(isListing).map(({ name, sockets }) => ({ name, count: sockets })),
  );
  const parts = [`${own.sockets} sockets by proc-fd${sockets}`];
  if (own.matched !== null) {
    const seen = others.filter((one) => !isListing(one)).map(({ name, matched }) => ({ name, count: matched }));
    parts.push(`${own.matched} listed${compare(own.matched, seen)}`);
  }
  if (own.unmatched !== null) parts.push(`${own.unmatched} nowhere`);
  return parts.join('; ');
}

/** `lsof and proc-fd, fds 42, 43: closed between the two reads`. */
export function sayDisagreement({ between, fds, because }: Disagreement): string {
  const which = fds.length === 0 ? '' : `, ${formatFdNumbers(fds, 60)}`;
  return `${between.join(' and ')}${which}: ${escapeText(because)}`;
}

/** `read in 2.1 ms`, `unavailable: not installed`. */
export function sayStatus({ status, because, tookMs }: Source): string {
  const took = status === 'read' && tookMs !== null ? ` in ${formatTook(tookMs)}` : '';
  return `${status}${took}${because === null ? '' : `: ${escapeText(because)}`}`;
}

function formatTook(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : formatDuration(ms);
}

function compare(count: number, others: readonly { readonly name: string; readonly count: number | null }[]): string {
  return others
    .filter((other) => other.count !== null)
    .map((other) => ` ${other.count === count ? '=' : '≠'} ${other.count} by ${other.name}`)
    .join('');
}
