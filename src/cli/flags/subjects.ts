import { InvalidArgumentError } from 'commander';
import { findNearest } from '../../core/budget/nearest.ts';
import { isSubject, type Subject, SUBJECTS } from '../../core/model/budget.ts';

/** `orphaned=0`, repeatable. */
export function collectMax(text: string, before: ReadonlyMap<Subject, number> = new Map()): Map<Subject, number> {
  const [, name = '', most] = /^([^=]*)=(\d{1,10})$/.exec(text) ?? [];
  if (most === undefined) throw new InvalidArgumentError('Expected a kind or verdict and a number: orphaned=0.');
  return new Map(before).set(toSubject(name), Number(most));
}

export function parseSubjects(text: string): Subject[] {
  return text.split(',').map((name) => toSubject(name.trim()));
}

function toSubject(name: string): Subject {
  if (isSubject(name)) return name;
  const nearest = findNearest(name, SUBJECTS);
  const hint = nearest === null ? `Known: ${SUBJECTS.join(', ')}.` : `Did you mean ${nearest}?`;
  throw new InvalidArgumentError(`"${name}" is neither a kind nor a verdict. ${hint}`);
}
