import { toJsonText } from '../../core/words/json.ts';
import type { HistoryEvent } from '../../core/model/history.ts';
import type { Sample } from '../../core/model/sample.ts';
import type { Trend } from '../../core/model/trend.ts';
import type { AlertNotice, WatchState } from '../../core/model/watch.ts';
import { findGrowing, toAlertDocument } from '../../core/alert/alert-document.ts';
import { toAlertSubject } from '../../core/alert/alert-subject.ts';
import { toIso } from '../../core/parse/iso-time.ts';

/** One line `fdleak.tick/1`. What is not known is null; what only a full look tells is null where only the cheap count was taken. */
export function renderTickJson(state: WatchState): string {
  const { at, sample, pid, history, trends, places, atLimit, quota, oldOrphans } = state;
  const { waiting, dropped, trouble } = history;
  return toLine({
    schema: 'fdleak.tick/1',
    at: toIso(at),
    pid,
    ...toCounts(sample),
    ...toGrowth(trends),
    places: toGrowingPlaces(places),
    atLimit:
      atLimit === null
        ? null
        : { after: atLimit.after === null ? null : toIso(atLimit.after), since: toIso(atLimit.since) },
    quota,
    oldOrphans: sample?.full == null ? null : oldOrphans,
    history: { waiting, dropped, trouble },
  });
}

function toCounts(sample: Sample | null): object {
  const { byVerdict = null, byKind = null, opened = null, closed = null } = sample?.full ?? {};
  const { open = null, soft = null, full = null } = sample ?? {};
  return { open, soft, byVerdict, byKind, opened, closed, full: full !== null };
}

function toGrowth(trends: readonly Trend[]): object {
  const total = trends.find(({ subject }) => subject === 'total');
  const { growth = null, perHour = null, hoursToLimit = null } = total ?? {};
  const growing = trends.filter((trend) => trend.growth === 'growing').map(({ subject }) => subject);
  return { growth, perHour, growing, hoursToLimit };
}

/** The places that grow, those that leak first. */
function toGrowingPlaces(places: WatchState['places']): object[] {
  return findGrowing(places).map(({ place, what, open, opened, closed, survivors, perHour, judgement }) => ({
    place,
    what,
    open,
    opened,
    closed,
    survivors,
    perHour,
    judgement,
  }));
}

/** One line `fdleak.event/1`; `pid` is null while the target is not there. */
export function renderEventJson(event: HistoryEvent, pid: number | null): string {
  const { kind, at, because } = event;
  const gap = event.kind === 'gap' ? { from: toIso(event.from), until: toIso(event.until) } : {};
  const segment = event.kind === 'segment' ? { segment: event.segment } : {};
  return toLine({ schema: 'fdleak.event/1', at: toIso(at), pid, kind, ...segment, ...gap, because });
}

/** One line `fdleak.alert/1`: the same that `--exec` reads and `--webhook` receives. */
export function renderNoticeJson(notice: AlertNotice, state: WatchState): string {
  return toLine(toAlertDocument(notice, toAlertSubject(state)));
}

function toLine(document: object): string {
  return `${toJsonText(document)}\n`;
}
