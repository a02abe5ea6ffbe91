import { toJsonText } from '../../core/words/json.ts';
import type { HistoryEvent } from '../../core/model/history.ts';
import type { Life } from '../../core/model/life.ts';
import type { HistoryReport } from '../../core/model/report.ts';
import { toIso } from '../../core/parse/iso-time.ts';

/** The document `fdleak.report/1`. Times are ISO 8601; what is not known is null. */
export function renderHistoryJson(report: HistoryReport): string {
  const document = {
    schema: 'fdleak.report/1',
    version: report.version,
    history: { path: report.path, sizeBytes: report.sizeBytes, writer: report.writer },
    since: toTime(report.since),
    until: toTime(report.until),
    samples: report.samples,
    open: report.open,
    soft: report.soft,
    trends: report.trends,
    places: report.places.map(({ oldestSince, youngestSince, ...place }) => ({
      ...place,
      oldestSince: toTime(oldestSince),
      youngestSince: toTime(youngestSince),
    })),
    atLimit:
      report.atLimit === null ? null : { after: toTime(report.atLimit.after), since: toIso(report.atLimit.since) },
    segments: report.segments.map(({ from, ...rest }) => ({ from: toIso(from), ...rest })),
    events: report.events.map(toEvent),
    alerts: report.alerts.map(({ openedAt, resolvedAt, lastNotifiedAt, ...rest }) => ({
      openedAt: toIso(openedAt),
      resolvedAt: toTime(resolvedAt),
      lastNotifiedAt: toTime(lastNotifiedAt),
      ...rest,
    })),
    leak: report.leak,
    conclusion: report.conclusion,
    oldOrphans: report.oldOrphans,
    suspects: report.suspects.map(toSuspect),
    series: report.series,
  };
  return `${toJsonText(document, 2)}\n`;
}

function toEvent(event: HistoryEvent): object {
  const { kind, at, because } = event;
  const gap = event.kind === 'gap' ? { from: toIso(event.from), until: toIso(event.until) } : {};
  const segment = event.kind === 'segment' ? { segment: event.segment } : {};
  return { at: toIso(at), kind, ...segment, ...gap, because };
}

function toSuspect({ firstSeen, lastSeen, verdicts, ...rest }: Life): object {
  return {
    ...rest,
    firstSeen: toIso(firstSeen),
    lastSeen: toTime(lastSeen),
    verdicts: verdicts.map(({ at, verdict }) => ({ at: toIso(at), verdict })),
  };
}

function toTime(at: number | null): string | null {
  return at === null ? null : toIso(at);
}
