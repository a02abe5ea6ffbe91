import type { GrowthWord, Shape } from '../model/trend.ts';
import type { GrowthFound } from './growth.ts';
import type { ShapeFound } from './shape.ts';

/**
 * Says in words what a trend rests on. The rise is that of the lowest value, from the first third of the time to the last: the count itself
 * rose by that much at least.
 */
export function formatBecause(found: GrowthFound, shape: ShapeFound): string {
  const { growth, hours, rise, reachedAt, seen } = found;
  const span = formatHours(hours);
  const words: Record<GrowthWord, string> = {
    growing: `it rose by at least ${Math.round(rise)} from the first third of ${span} to the last, and kept rising${formatShape(shape)}`,
    steady: `its floor did not rise lastingly in ${span}`,
    shrinking: `its lowest value fell by ${Math.round(-rise)} from the first third of ${span} to the last`,
    plateaued: `it rose by at least ${Math.round(rise)} and stopped after about ${formatHours(reachedAt * hours)} of ${span}`,
    'too-short': `${span} of samples is too short to tell`,
  };
  return `${words[growth]}${formatSeen(seen)}${formatCaution(found)}`;
}

function formatShape({ shape, isToldFromLoad }: ShapeFound): string {
  const words: Record<Shape, string> = {
    slope: isToldFromLoad ? ', with time, not with how much it opened' : ', evenly',
    steps: ', in bursts',
    'load-driven': ', in step with how much it opened',
    unclear: '',
    none: '',
  };
  return words[shape];
}

function formatSeen(seen: GrowthFound['seen']): string {
  return { whole: '', latest: '; it had never been so high before', before: '; seen in the previous process' }[seen];
}

/** Some hours of a day cannot tell a leak from the load of that day. */
function formatCaution({ growth, hours }: GrowthFound): string {
  const isPartOfADay = growth === 'growing' && hours < 48;
  return isPartOfADay ? '; watched for less than two days: a rising load would look the same' : '';
}

/** `90 s`, `4 min`, `7.5 h`, `12 d` */
function formatHours(hours: number): string {
  if (hours < 1 / 30) return `${Math.round(hours * 3600)} s`;
  if (hours < 2) return `${Math.round(hours * 60)} min`;
  if (hours < 48) return `${Math.round(hours * 10) / 10} h`;
  return `${Math.round((hours / 24) * 10) / 10} d`;
}
