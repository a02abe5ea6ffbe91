import type { AlertSubject } from '../model/alert.ts';
import type { JudgedPlace } from '../model/turnover.ts';
import type { AlertNotice } from '../model/watch.ts';
import { toIso } from '../parse/iso-time.ts';
import { toMoments } from '../words/limit-end.ts';

/** Of the places that grow, so many are named. */
const MOST_PLACES = 5;

/** `fdleak.alert/1`: what `--exec` reads, `--webhook` receives and ndjson shows. What is not known is null. */
export interface AlertDocument {
  readonly schema: 'fdleak.alert/1';
  readonly at: string;
  readonly is: AlertNotice['is'];
  readonly id: string;
  readonly rule: string;
  readonly severity: AlertNotice['severity'];
  readonly openedAt: string;
  readonly host: string;
  readonly pid: number | null;
  readonly comm: string;
  readonly cmdline: readonly string[] | null;
  readonly open: number | null;
  readonly soft: number | 'unlimited' | null;
  /** The place that leaks most, or else grows most. */
  readonly place: string | null;
  readonly what: string | null;
  readonly perHour: number | null;
  /** The limit that comes first, and when it is reached at the present pace. */
  readonly limitName: string | null;
  readonly limitAt: { readonly earliest: string; readonly expected: string; readonly latest: string | null } | null;
  readonly places: readonly Pick<
    JudgedPlace,
    'place' | 'what' | 'open' | 'opened' | 'closed' | 'perHour' | 'judgement'
  >[];
  readonly history: string | null;
  readonly because: string;
}

export function toAlertDocument(notice: AlertNotice, subject: AlertSubject): AlertDocument {
  const { at, openedAt, is, id, rule, severity, because } = notice;
  const { host, pid, comm, cmdline, open, soft, places, history } = subject;
  const growing = findGrowing(places);
  const [worst] = growing;
  return {
    schema: 'fdleak.alert/1',
    at: toIso(at),
    is,
    id,
    rule,
    severity,
    openedAt: toIso(openedAt),
    host,
    pid,
    comm,
    cmdline,
    open,
    soft,
    place: worst?.place ?? null,
    what: worst?.what ?? null,
    perHour: worst?.perHour ?? null,
    limitName: subject.limitName,
    limitAt: toLimitAt(subject, at),
    places: growing.slice(0, MOST_PLACES).map(({ place, what, open: count, opened, closed, perHour, judgement }) => ({
      place,
      what,
      open: count,
      opened,
      closed,
      perHour,
      judgement,
    })),
    history,
    because,
  };
}

/** Leaks first, then what may be load, each the fastest first. */
export function findGrowing(places: readonly JudgedPlace[]): JudgedPlace[] {
  const rankOf = ({ judgement }: JudgedPlace): number => (judgement === 'leak' ? 0 : 1);
  return places
    .filter(({ judgement }) => judgement === 'leak' || judgement === 'may-be-load')
    .sort((a, b) => rankOf(a) - rankOf(b) || (b.perHour ?? 0) - (a.perHour ?? 0));
}

function toLimitAt({ hoursToLimit }: AlertSubject, at: number): AlertDocument['limitAt'] {
  if (hoursToLimit === null) return null;
  const { earliest, expected, latest } = toMoments(hoursToLimit, at);
  return {
    earliest: toIso(earliest),
    expected: toIso(expected),
    latest: latest === null ? null : toIso(latest),
  };
}

/** The same as variables of an environment: `FDLEAK_RULE=near-limit`; empty for what is not known. */
export function toAlertVariables(document: AlertDocument): Readonly<Record<string, string>> {
  const { at, is, id, rule, severity, openedAt, pid, because, host, comm, open, soft, place, limitAt, history } =
    document;
  const texts: Readonly<Record<string, string | number | null>> = {
    FDLEAK_AT: at,
    FDLEAK_IS: is,
    FDLEAK_ID: id,
    FDLEAK_RULE: rule,
    FDLEAK_SEVERITY: severity,
    FDLEAK_OPENED_AT: openedAt,
    FDLEAK_PID: pid,
    FDLEAK_BECAUSE: because,
    FDLEAK_HOST: host,
    FDLEAK_COMM: comm,
    FDLEAK_OPEN: open,
    FDLEAK_LIMIT: soft,
    FDLEAK_PLACE: place,
    FDLEAK_LIMIT_AT: limitAt?.expected ?? null,
    FDLEAK_HISTORY: history,
  };
  return Object.fromEntries(
    Object.entries(texts).map(([name, value]) => [name, value === null ? '' : `${value}`.replaceAll('\0', '')]),
  );
}
