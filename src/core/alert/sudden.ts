import type { News, Sudden } from '../model/alert-facts.ts';
import type { Life } from '../model/life.ts';
import type { Moved, Sample } from '../model/sample.ts';
import { formatEndpoint } from '../words/endpoint.ts';
import { formatCount } from '../words/numbers.ts';
import { groupBy } from '../group-by.ts';

const NOTHING_SUDDEN: Sudden = { jump: null, turned: null };

/** A jump goes over all counts of so many samples: a saw-tooth has risen as high before. */
const REMEMBERED = 360;
const FEWEST_BEFORE = 3;
const LEAST_JUMP = 16;
const JUMP = 0.5;
/** So many sockets of one place at one look: fewer are traffic. */
const LEAST_TURNED = 8;
/** News is old after so long. */
const STANDS_MS = 600_000;
const MOST_ALSO = 3;
/** `tcp accepted on :8080` */
const ACCEPTED = /^\S+ accepted on /;

const TURNED = new Map([
  ['orphaned', 'died and are still open'],
  ['peer-closed', 'were ended by their peers and are still open'],
  ['peer-gone', 'lost their other end and are still open'],
]);

interface Turn {
  readonly life: Life;
  readonly from: string;
  readonly to: string;
}

/** Sees what comes over a process at once: a jump of the count, and sockets of one place that all change their state. */
export class SuddenBook {
  #segment: number | null = null;
  #opens: number[] = [];
  #turning = new Map<number, Turn>();
  /** What else moved at the look that saw it turn, and the listeners that were closed. */
  #then: { readonly moved: Moved; readonly closed: readonly string[] } = { moved: {}, closed: [] };
  #news: Sudden = NOTHING_SUDDEN;

  /** Takes a sample with the lives that changed at it. */
  take(sample: Sample, lives: readonly Life[]): Sudden {
    if (sample.segment !== this.#segment) this.#restart(sample.segment);
    const jump = this.#findJump(sample, lives) ?? stillStands(this.#news.jump, sample.at);
    const turned = this.#findTurned(sample, lives) ?? stillStands(this.#news.turned, sample.at);
    this.#news = { jump, turned };
    return this.#news;
  }

  #restart(segment: number): void {
    this.#segment = segment;
    this.#opens = [];
    this.#turning = new Map();
    this.#news = NOTHING_SUDDEN;
  }

  #findJump({ at, open, full }: Sample, lives: readonly Life[]): News | null {
    const highest = Math.max(...this.#opens);
    const last = this.#opens.at(-1);
    const isEnough = this.#opens.length >= FEWEST_BEFORE;
    this.#opens.push(open);
    if (this.#opens.length > REMEMBERED) this.#opens.shift();
    if (!isEnough || last === undefined || open - highest < Math.max(LEAST_JUMP, JUMP * highest)) return null;
    const moved = [...closedListeners(lives), ...sayMoved(full?.moved ?? {}, null)].join(', ');
    return {
      at,
      because: `from ${last} to ${open} open between two looks${moved === '' ? '' : `: ${moved}`}${mayBeLoad(full) ? '; it may be load' : ''}`,
    };
  }

  /** A busy server passes through these states: what is still in them at the next look is reported. */
  #findTurned({ at, full }: Sample, lives: readonly Life[]): News | null {
    if (full === null) return null;
    for (const { id } of lives) this.#turning.delete(id);
    const news = this.#sayTurned(at);
    this.#turning = new Map(lives.flatMap((life) => toTurn(life, at)).map((turn) => [turn.life.id, turn]));
    this.#then = { moved: full.moved, closed: closedListeners(lives) };
    return news;
  }

  #sayTurned(at: number): News | null {
    const groups = groupTurns(this.#turning.values());
    const largest = groups.toSorted((a, b) => b.length - a.length)[0] ?? [];
    const [first] = largest;
    if (first === undefined || largest.length < LEAST_TURNED) return null;
    const place = first.life.place ?? first.life.target;
    const also = [...this.#then.closed, ...sayMoved(this.#then.moved, place)].join(', ');
    const what = `${formatCount(largest.length, 'connection')} ${TURNED.get(first.to) ?? first.to}`;
    return {
      at,
      because: `${what}: ${place}, before that ${first.from}${also === '' ? '' : `; at the same look ${also}`}`,
    };
  }
}

function stillStands(news: News | null, at: number): News | null {
  return news !== null && at - news.at < STANDS_MS ? news : null;
}

function toTurn(life: Life, at: number): Turn[] {
  const [before, last] = life.verdicts.slice(-2);
  if (life.lastSeen !== null || before === undefined || last === undefined || last.at !== at) return [];
  return TURNED.has(last.verdict) ? [{ life, from: before.verdict, to: last.verdict }] : [];
}

function groupTurns(turns: Iterable<Turn>): Turn[][] {
  return [...groupBy(turns, ({ to, life }) => `${to} ${life.place ?? life.target}`).values()];
}

/** `42 opened at /var/log/app-#.log, 1 closed at 127.0.0.1:9000`, the most first. */
function sayMoved(moved: Moved, but: string | null): string[] {
  return Object.entries(moved)
    .filter(([place]) => place !== but)
    .toSorted(([, [a, b]], [, [c, d]]) => c + d - a - b)
    .slice(0, MOST_ALSO)
    .flatMap(([place, [opened, closed]]) => [
      opened > 0 ? `${opened} opened at ${place}` : '',
      closed > 0 ? `${closed} closed at ${place}` : '',
    ])
    .filter((text) => text !== '');
}

/** Whether clients alone made it: most of what was opened was accepted. */
function mayBeLoad(full: Sample['full']): boolean {
  const opened = Object.entries(full?.moved ?? {}).map(([place, [count]]) => ({
    count,
    isOfPeer: ACCEPTED.test(place),
  }));
  const sum = (counts: typeof opened): number => counts.reduce((all, { count }) => all + count, 0);
  return sum(opened.filter(({ isOfPeer }) => isOfPeer)) > 0.8 * sum(opened);
}

/** A place names no port that the kernel chose; a listener that goes is worth its name. */
function closedListeners(lives: readonly Life[]): string[] {
  return lives
    .filter(({ lastSeen, verdicts }) => lastSeen !== null && verdicts.at(-1)?.verdict === 'listening')
    .slice(0, MOST_ALSO)
    .flatMap(({ local }) => (local === null ? [] : [`the listener ${formatEndpoint(local)} was closed`]));
}
