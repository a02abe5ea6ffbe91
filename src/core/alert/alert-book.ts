import type { AlertRule, Condition } from '../model/alert.ts';
import { ALERT_RULES } from '../model/alert.ts';
import type { AlertRecord } from '../model/history.ts';
import type { AlertNotice, OpenAlert } from '../model/watch.ts';

export interface AlertTiming {
  /** How long a condition must hold before it is reported, and be gone before it is resolved. */
  readonly forMs: number;
  /** An alert that is still open is repeated after this long; 0: never. */
  readonly renotifyMs: number;
}

/** What a tick changed: rows for the history, and what is to be told. */
export interface Judgement {
  readonly records: readonly AlertRecord[];
  readonly notices: readonly AlertNotice[];
}

/** `pending` since a condition holds, `open` with its record: `clearing` since the condition is gone, `milder` since a critical one is not. */
type Entry = { readonly is: 'pending'; readonly since: number } | OpenEntry;

interface OpenEntry {
  readonly is: 'open';
  readonly record: AlertRecord;
  readonly clearingSince: number | null;
  readonly milderSince: number | null;
}

/** What has happened will not go by. */
const AT_ONCE: ReadonlySet<AlertRule> = new Set<AlertRule>(['jump', 'turned']);

/** Keeps the alerts of one watch: at most one a rule stands at a time, with one id from its opening to its end. */
export class AlertBook {
  readonly #timing: AlertTiming;
  readonly #entries = new Map<AlertRule, Entry>();

  constructor(timing: AlertTiming) {
    this.#timing = timing;
  }

  /** Goes on with alerts that stood when the watch before this one ended. */
  resume(records: readonly AlertRecord[]): void {
    for (const record of records) {
      const rule = ALERT_RULES.find((one) => one === record.rule);
      if (rule !== undefined && record.resolvedAt === null)
        this.#entries.set(rule, { is: 'open', record, clearingSince: null, milderSince: null });
    }
  }

  /** Whether the condition of `rule` holds, though it may not have held for long enough to be told. */
  hasBegun(rule: AlertRule): boolean {
    return this.#entries.has(rule);
  }

  get open(): OpenAlert[] {
    return [...this.#entries.values()].flatMap((entry) => (entry.is === 'open' ? [toOpenAlert(entry.record)] : []));
  }

  /** The alerts that stand, as they are kept. */
  get records(): AlertRecord[] {
    return [...this.#entries.values()].flatMap((entry) => (entry.is === 'open' ? [entry.record] : []));
  }

  judge(at: number, conditions: readonly Condition[]): Judgement {
    const records: AlertRecord[] = [];
    const notices: AlertNotice[] = [];
    const tell = (record: AlertRecord, is: AlertNotice['is']): void => {
      records.push(record);
      notices.push({ ...toOpenAlert(record), is, at });
    };
    const changes = { tell, keep: (record: AlertRecord): number => records.push(record) };
    for (const condition of conditions) this.#judgeOne(at, condition, changes);
    return { records, notices };
  }

  #judgeOne(at: number, condition: Condition, changes: Changes): void {
    const { rule, severity, because } = condition;
    const entry = this.#entries.get(rule);
    if (entry?.is === 'open') {
      this.#goOn(at, condition, entry, changes);
      return;
    }
    if (severity === null) {
      this.#entries.delete(rule);
      return;
    }
    const since = entry?.since ?? at;
    if (at - since < this.#timing.forMs && !AT_ONCE.has(rule)) {
      this.#entries.set(rule, { is: 'pending', since });
      return;
    }
    const id = `${rule}-${at.toString(36)}`;
    const record = { id, rule, severity, openedAt: at, resolvedAt: null, lastNotifiedAt: at, because };
    this.#entries.set(rule, { is: 'open', record, clearingSince: null, milderSince: null });
    changes.tell(record, 'opened');
  }

  #goOn(at: number, condition: Condition, entry: OpenEntry, changes: Changes): void {
    const { rule, severity, hold, because } = condition;
    const { record } = entry;
    if (hold === null && severity === null) {
      this.#clear(at, condition, entry, changes);
      return;
    }
    const isWorse = severity === 'critical' && record.severity === 'warning';
    const milderSince = this.#milderSince(at, condition, entry);
    const isMild = milderSince !== null && at - milderSince >= this.#timing.forMs;
    const isTold = isWorse || this.#isDue(at, record);
    const next: AlertRecord = {
      ...record,
      severity: isWorse ? 'critical' : isMild ? 'warning' : record.severity,
      because,
      lastNotifiedAt: isTold ? at : record.lastNotifiedAt,
    };
    // It shows what holds now; it is sent when it gets worse or is due, and stored also when it gets milder.
    this.#entries.set(rule, {
      is: 'open',
      record: next,
      clearingSince: null,
      milderSince: isMild ? null : milderSince,
    });
    if (isTold) changes.tell(next, isWorse ? 'worse' : 'again');
    else if (isMild) changes.keep(next);
  }

  #clear(at: number, { rule, because }: Condition, entry: OpenEntry, { tell }: Changes): void {
    const since = entry.clearingSince ?? at;
    if (at - since < this.#timing.forMs) {
      // Until it is resolved it is shown with what is so now, not with what was so.
      this.#entries.set(rule, { ...entry, record: { ...entry.record, because }, clearingSince: since });
      return;
    }
    this.#entries.delete(rule);
    tell({ ...entry.record, resolvedAt: at, because }, 'resolved');
  }

  #isDue(at: number, { lastNotifiedAt }: AlertRecord): boolean {
    return this.#timing.renotifyMs > 0 && at - (lastNotifiedAt ?? at) >= this.#timing.renotifyMs;
  }

  #milderSince(at: number, { severity, hold }: Condition, { record, milderSince }: OpenEntry): number | null {
    const isMilder = record.severity === 'critical' && severity !== 'critical' && hold !== 'critical';
    return isMilder ? (milderSince ?? at) : null;
  }
}

/** Where what a tick changes goes: `tell` keeps it as well. */
interface Changes {
  readonly tell: (record: AlertRecord, is: AlertNotice['is']) => void;
  readonly keep: (record: AlertRecord) => void;
}

function toOpenAlert({ id, rule, severity, openedAt, because }: AlertRecord): OpenAlert {
  return { id, rule, severity, openedAt, because };
}
