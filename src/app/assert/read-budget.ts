import { dirname, resolve } from 'node:path';
import type { Node, Pair } from 'yaml';
import { MOST_INSPECTION_BYTES, readFileText } from '../../collect/read-file.ts';
import type { Baseline } from '../../core/budget/assert-budget.ts';
import {
  type BudgetFile,
  type BudgetProblem,
  type Marked,
  type MarkedScalar,
  parseBudgetFile,
} from '../../core/budget/budget-file.ts';
import type { Subject } from '../../core/model/budget.ts';
import { parseInspection } from '../../core/compare/parse-inspection.ts';

/** A budget is a page, not a database. */
const MOST_BYTES = 1 << 20;

export type BudgetReading =
  | { readonly kind: 'read'; readonly file: BudgetFile }
  | { readonly kind: 'refused'; readonly because: string };

/** Reads and checks a budget in YAML or JSON. `refused` says every problem, each with its line. */
export async function readBudget(path: string): Promise<BudgetReading> {
  const text = readFileText(path, MOST_BYTES);
  if (text.kind === 'refused') return text;
  const { parseDocument, LineCounter } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text.text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const problems = document.errors.slice(0, 5).map(({ message, pos }): BudgetProblem => {
    const { line, col } = lines.linePos(pos[0]);
    return { line, column: col, because: message.split('\n')[0] ?? message };
  });
  if (problems.length > 0) return refuse(path, problems);
  const root = toMarked(document.contents, lines, await import('yaml'));
  if (root === null) return { kind: 'refused', because: `${path}: it is empty; fdleak assert --init <pid> drafts one` };
  const parsed = parseBudgetFile(root);
  return parsed.kind === 'problems' ? refuse(path, parsed.problems) : { kind: 'read', file: parsed.file };
}

export type BaselineReading =
  | { readonly kind: 'read'; readonly baseline: Baseline }
  | { readonly kind: 'refused'; readonly because: string };

/** Reads a baseline, which a budget file names by a path relative to its own. */
export function readBaseline(path: string, of: readonly Subject[], besides: string | null): BaselineReading {
  const full = besides === null ? path : resolve(dirname(besides), path);
  const text = readFileText(full, MOST_INSPECTION_BYTES);
  if (text.kind === 'refused') return text;
  const parsed = parseInspection(text.text);
  return parsed.kind === 'parsed'
    ? { kind: 'read', baseline: { inspection: parsed.inspection, of } }
    : { kind: 'refused', because: `${full}: ${parsed.because}; fdleak inspect <pid> --json > ${path} writes one` };
}

function refuse(path: string, problems: readonly BudgetProblem[]): BudgetReading {
  const because = problems.map((one) => `${path}:${one.line}:${one.column}: ${one.because}`).join('\n');
  return { kind: 'refused', because };
}

/** What of a YAML document a budget may be made of; aliases are kept from it, so that no file grows when it is read. */
function toMarked(
  node: unknown,
  lines: { linePos(offset: number): { line: number; col: number } },
  yaml: typeof import('yaml'),
): Marked | null {
  if (!yaml.isNode(node)) return null;
  const mark = markOf(node);
  if (yaml.isMap(node)) return { kind: 'map', ...mark, entries: node.items.map(toEntry) };
  if (yaml.isSeq(node)) {
    return { kind: 'list', ...mark, items: node.items.map((item) => toMarked(item, lines, yaml) ?? toNull(mark)) };
  }
  if (!yaml.isScalar(node)) return { kind: 'scalar', ...mark, value: 'an alias' };
  const { value } = node;
  const isPlain =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null;
  return { kind: 'scalar', ...mark, value: isPlain ? value : `a ${typeof value}` };

  function markOf({ range }: Node): { line: number; column: number } {
    const { line, col } = lines.linePos(range?.[0] ?? 0);
    return { line, column: col };
  }

  function toEntry({ key, value }: Pair): { key: MarkedScalar; value: Marked } {
    const marked = toMarked(key, lines, yaml);
    const name: MarkedScalar = marked?.kind === 'scalar' ? marked : { kind: 'scalar', ...mark, value: 'a map' };
    return { key: name, value: toMarked(value, lines, yaml) ?? toNull(name) };
  }
}

function toNull({ line, column }: { line: number; column: number }): MarkedScalar {
  return { kind: 'scalar', line, column, value: null };
}
