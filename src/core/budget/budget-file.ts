import { type Budget, isSubject, type IgnorePattern, type MaxOpen, type Subject } from '../model/budget.ts';
import { parseDuration } from '../parse/duration.ts';
import { parseIgnore } from '../exercise/ignore.ts';
import { findNearest } from './nearest.ts';
import { SUBJECTS } from '../model/budget.ts';

/** A value of a file and where it stands, 1-based: what JSON and YAML have in common. */
export type Marked = MarkedMap | MarkedList | MarkedScalar;

interface Mark {
  readonly line: number;
  readonly column: number;
}

export interface MarkedMap extends Mark {
  readonly kind: 'map';
  readonly entries: readonly { readonly key: MarkedScalar; readonly value: Marked }[];
}

export interface MarkedList extends Mark {
  readonly kind: 'list';
  readonly items: readonly Marked[];
}

export interface MarkedScalar extends Mark {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
}

/** Something in a budget file that is not as it must be: `7:3: max.orphand: …`. */
export interface BudgetProblem extends Mark {
  readonly because: string;
}

/** What a budget file may say. Everything may be left out. */
export interface BudgetFile {
  readonly budget: Budget;
  /** Relative to the budget file. */
  readonly baseline: string | null;
  readonly baselineOf: readonly Subject[];
  readonly settleMs: number | null;
}

export type ParsedBudget =
  | { readonly kind: 'parsed'; readonly file: BudgetFile }
  | { readonly kind: 'problems'; readonly problems: readonly BudgetProblem[] };

const KEYS = ['schema', 'max-open', 'min-headroom', 'max', 'ignore', 'baseline', 'baseline-of', 'settle'] as const;
const SCHEMA = 'fdleak.budget/1';
const MOST_PROBLEMS = 20;
const LONGEST_SETTLE_MS = 86_400_000;
const PERCENT = /^(\d{1,3}(?:\.\d+)?)\s*%$/;

/**
 * Checks a budget file. Every problem is said with its place, none is passed over.
 *
 *     schema: fdleak.budget/1
 *     max-open: 80%
 *     max: { orphaned: 0, epoll: 2 }
 *     ignore: ['path:/var/log/*']
 */
export function parseBudgetFile(root: Marked): ParsedBudget {
  const reader = new BudgetReader();
  const file = reader.read(root);
  return reader.problems.length === 0
    ? { kind: 'parsed', file }
    : { kind: 'problems', problems: reader.problems.slice(0, MOST_PROBLEMS) };
}

/** `200` -> a count, `80%` -> a share of the soft limit; undefined for anything else. */
export function parseMaxOpen(text: string): MaxOpen | undefined {
  const [, percent] = PERCENT.exec(text) ?? [];
  if (percent !== undefined) {
    return Number(percent) <= 100 ? { kind: 'percent', percent: Number(percent) } : undefined;
  }
  return /^\d{1,10}$/.test(text) ? { kind: 'count', count: Number(text) } : undefined;
}

class BudgetReader {
  readonly problems: BudgetProblem[] = [];

  read(root: Marked): BudgetFile {
    const at = this.#toMap(root, 'a budget');
    for (const [name, { key }] of at) this.#checkKey(key, name, KEYS);
    const schema = at.get('schema')?.value;
    if (schema !== undefined && !(schema.kind === 'scalar' && schema.value === SCHEMA))
      this.#fault(schema, `schema: ${quote(schema)} is not "${SCHEMA}"`);
    return {
      budget: {
        maxOpen: this.#read(at.get('max-open')?.value, 'max-open', 'a number, or a share such as 80%', toMaxOpen),
        minHeadroom: this.#read(at.get('min-headroom')?.value, 'min-headroom', 'a whole number', toCount),
        max: this.#toMax(at.get('max')?.value),
        ignore: this.#toIgnore(at.get('ignore')?.value),
      },
      baseline: this.#read(at.get('baseline')?.value, 'baseline', 'the path of an inspection', toPath),
      baselineOf: this.#toSubjects(at.get('baseline-of')?.value),
      settleMs: this.#read(at.get('settle')?.value, 'settle', 'a duration such as 5s', toMs),
    };
  }

  #toMax(node: Marked | undefined): ReadonlyMap<Subject, number> {
    const max = new Map<Subject, number>();
    if (node === undefined) return max;
    for (const [name, { key, value }] of this.#toMap(node, 'max')) {
      if (!isSubject(name)) {
        this.#checkKey(key, `max.${name}`, SUBJECTS, name);
        continue;
      }
      const most = this.#read(value, `max.${name}`, 'a whole number', toCount);
      if (most !== null) max.set(name, most);
    }
    return max;
  }

  #toIgnore(node: Marked | undefined): IgnorePattern[] {
    const expected = 'a pattern such as path:/var/log/*, peer:10.0.0.5:*, port:8080, kind:eventfd or verdict:bound';
    return this.#toItems(node, 'ignore').flatMap((item) => this.#read(item, 'ignore', expected, toPattern) ?? []);
  }

  #toSubjects(node: Marked | undefined): Subject[] {
    return this.#toItems(node, 'baseline-of').flatMap(
      (item) => this.#read(item, 'baseline-of', 'a kind or a verdict', toSubject) ?? [],
    );
  }

  #toItems(node: Marked | undefined, name: string): readonly Marked[] {
    if (node === undefined) return [];
    if (node.kind === 'list') return node.items;
    this.#fault(node, `${name}: ${quote(node)} is not a list`);
    return [];
  }

  #toMap(node: Marked, name: string): Map<string, MarkedMap['entries'][number]> {
    const entries = new Map<string, MarkedMap['entries'][number]>();
    if (node.kind !== 'map') {
      this.#fault(node, `${name}: ${quote(node)} is not a list of names and values`);
      return entries;
    }
    for (const entry of node.entries) {
      const key = `${entry.key.value}`;
      if (entries.has(key)) this.#fault(entry.key, `${key}: it is given twice`);
      entries.set(key, entry);
    }
    return entries;
  }

  #read<Value>(
    node: Marked | undefined,
    name: string,
    expected: string,
    read: (scalar: MarkedScalar['value']) => Value | undefined,
  ): Value | null {
    if (node === undefined) return null;
    const value = node.kind === 'scalar' ? read(node.value) : undefined;
    if (value !== undefined) return value;
    this.#fault(node, `${name}: ${quote(node)} is not ${expected}`);
    return null;
  }

  #checkKey(at: Mark, shown: string, names: readonly string[], name = shown): void {
    if (names.includes(name)) return;
    const nearest = findNearest(name, names);
    const hint = nearest === null ? `known: ${names.join(', ')}` : `did you mean ${nearest}?`;
    this.#fault(at, `${shown.slice(0, 60)}: unknown name; ${hint}`);
  }

  #fault({ line, column }: Mark, because: string): void {
    this.problems.push({ line, column, because });
  }
}

type Scalar = MarkedScalar['value'];

function toMaxOpen(value: Scalar): MaxOpen | undefined {
  return typeof value === 'number' || typeof value === 'string' ? parseMaxOpen(`${value}`) : undefined;
}

function toCount(value: Scalar): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function toPath(value: Scalar): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function toMs(value: Scalar): number | undefined {
  const ms = value === null || typeof value === 'boolean' ? undefined : parseDuration(`${value}`);
  return ms !== undefined && ms <= LONGEST_SETTLE_MS ? ms : undefined;
}

function toPattern(value: Scalar): IgnorePattern | undefined {
  return typeof value === 'string' ? parseIgnore(value) : undefined;
}

function toSubject(value: Scalar): Subject | undefined {
  return typeof value === 'string' && isSubject(value) ? value : undefined;
}

function quote(node: Marked): string {
  return node.kind === 'scalar' ? JSON.stringify(node.value).slice(0, 60) : `a ${node.kind}`;
}
