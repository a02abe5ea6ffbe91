import type { ScannedProcess } from '../model/scanned-process.ts';
import { byWeight } from './standing.ts';

/** What `scan --top` sorts by: the answer first, or one column. */
const SORTS = ['worst', 'open', 'share', 'pid', 'name'] as const;

export type TopSort = (typeof SORTS)[number];

/** What the screen of `scan --top` shows. */
export interface TopView {
  readonly sort: TopSort;
  /** Only processes that this text is part of are shown. */
  readonly filter: string;
  /** Whether keys go into the filter. */
  readonly isTyping: boolean;
  /** The process that is selected, wherever it stands; null: the first row. */
  readonly pid: number | null;
}

export type TopStep =
  | { readonly kind: 'view'; readonly view: TopView }
  | { readonly kind: 'inspect'; readonly pid: number }
  | { readonly kind: 'quit' };

export const FIRST_TOP_VIEW: TopView = { sort: 'worst', filter: '', isTyping: false, pid: null };

const MOST_FILTER = 64;
const [ESCAPE, ENTER] = ['\u001b', '\r'];

/** The processes that the view shows, in its order. */
export function chooseTopRows(processes: readonly ScannedProcess[], { sort, filter }: TopView): ScannedProcess[] {
  const wanted = filter.toLowerCase();
  return processes.filter((process) => wanted === '' || describe(process).includes(wanted)).sort(ORDERS[sort]);
}

/** What a key does; `rows` are those of the view, `page` how many fit on the screen. */
export function pressKey(view: TopView, key: string, rows: readonly { readonly pid: number }[], page: number): TopStep {
  if (view.isTyping) return { kind: 'view', view: type(view, key) };
  if (key === 'q') return { kind: 'quit' };
  const at = indexOfSelected(view, rows);
  const row = rows[at];
  if (key === ENTER && row !== undefined) return { kind: 'inspect', pid: row.pid };
  const to = MOVES[key]?.({ at, page, last: rows.length - 1 });
  if (to === undefined) return { kind: 'view', view: { ...view, ...CHANGES[key]?.(view) } };
  return { kind: 'view', view: { ...view, pid: rows[Math.max(0, Math.min(rows.length - 1, to))]?.pid ?? null } };
}

interface Position {
  readonly at: number;
  readonly page: number;
  readonly last: number;
}

const up = ({ at }: Position): number => at - 1;
const down = ({ at }: Position): number => at + 1;
const first = (): number => 0;
const last = (position: Position): number => position.last;

/** Keys as the terminal sends them, and the row that they go to. */
const MOVES: Readonly<Record<string, (position: Position) => number>> = {
  '\u001b[A': up,
  k: up,
  '\u001b[B': down,
  j: down,
  '\u001b[5~': ({ at, page }) => at - page,
  '\u001b[6~': ({ at, page }) => at + page,
  '\u001b[H': first,
  g: first,
  '\u001b[F': last,
  G: last,
};

const toNextSort = ({ sort }: TopView): Partial<TopView> => ({ sort: after(sort) });
const toFilter = (): Partial<TopView> => ({ isTyping: true });

const CHANGES: Readonly<Record<string, (view: TopView) => Partial<TopView>>> = {
  s: toNextSort,
  '>': toNextSort,
  '/': toFilter,
  '\\': toFilter,
  [ESCAPE]: () => ({ filter: '' }),
};

/** The row that is selected; the first where the process has ended or the filter hides it. */
export function indexOfSelected({ pid }: TopView, rows: readonly { readonly pid: number }[]): number {
  return Math.max(
    0,
    rows.findIndex((row) => row.pid === pid),
  );
}

function type(view: TopView, key: string): TopView {
  if (key === ENTER) return { ...view, isTyping: false };
  if (key === ESCAPE) return { ...view, isTyping: false, filter: '' };
  if (key === '\u007f' || key === '\b') return { ...view, filter: view.filter.slice(0, -1) };
  const isText = /^[^\p{Cc}]$/u.test(key);
  return isText && view.filter.length < MOST_FILTER ? { ...view, filter: view.filter + key } : view;
}

function after(sort: TopSort): TopSort {
  return SORTS[(SORTS.indexOf(sort) + 1) % SORTS.length] ?? 'worst';
}

const ORDERS: Record<TopSort, (a: ScannedProcess, b: ScannedProcess) => number> = {
  worst: byWeight,
  open: (a, b) => (b.open ?? -1) - (a.open ?? -1) || byWeight(a, b),
  share: (a, b) => (b.utilization ?? -1) - (a.utilization ?? -1) || byWeight(a, b),
  pid: (a, b) => a.pid - b.pid,
  name: (a, b) => a.comm.localeCompare(b.comm) || byWeight(a, b),
};

function describe({ pid, comm, cmdline, user, unit, container, places }: ScannedProcess): string {
  const where = places.map((place) => `${place.what} ${place.where ?? ''}`);
  return [pid, comm, ...(cmdline ?? []), user, unit, container?.id, container?.pod, ...where].join(' ').toLowerCase();
}
