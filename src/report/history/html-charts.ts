import type { HistoryReport } from '../../core/model/report.ts';
import { toForecast } from './forecast.ts';

/** What the page's script draws; times in seconds since 1970, as uPlot takes them. */
export interface ChartPage {
  readonly times: readonly number[];
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
  readonly limit: readonly number[] | null;
  readonly forecast: readonly (number | null)[] | null;
  /** The times of the places: those of the samples, without the forecast. */
  readonly seen: readonly number[];
  readonly places: readonly { readonly place: string; readonly values: readonly (number | null)[] }[];
  readonly marks: readonly { readonly at: number; readonly is: 'alert' | 'event' }[];
  readonly gaps: readonly { readonly from: number; readonly until: number }[];
}

/** The charts of a history: the count against its limit with the forecast, and what the places hold. */
export function toChartPage(report: HistoryReport): ChartPage {
  const { since, until, series, placeSeries, events, alerts, soft, open } = report;
  const total = series.find(({ of }) => of === 'total');
  const from = since ?? 0;
  const bins = toTimes(total?.high.length ?? 0, from, until ?? from);
  // More bins than samples: those that are empty are no gaps.
  const full = bins.flatMap((_, i) => (total?.high[i] == null ? [] : [i]));
  const pick = <Value>(values: readonly Value[]): Value[] => full.flatMap((i) => values.slice(i, i + 1));
  const seen = pick(bins);
  const ahead = toForecast(report);
  const pad = ahead.map(() => null);
  const times = [...seen, ...ahead.map(({ at }) => at)];
  const forecast = [...seen.map((_, i) => (i === seen.length - 1 ? open : null)), ...ahead.map(({ count }) => count)];
  return {
    times,
    low: [...pick(total?.low ?? []), ...pad],
    high: [...pick(total?.high ?? []), ...pad],
    limit: typeof soft === 'number' ? times.map(() => soft) : null,
    forecast: ahead.length === 0 ? null : forecast,
    seen,
    places: placeSeries.map((one) => ({ place: one.subject, values: pick(carry(one.high)) })),
    marks: [
      ...events.filter(({ kind }) => kind === 'segment').map(({ at }) => ({ at: at / 1000, is: 'event' as const })),
      ...alerts.map(({ openedAt }) => ({ at: openedAt / 1000, is: 'alert' as const })),
    ],
    gaps: events.flatMap((event) =>
      event.kind === 'gap' ? [{ from: event.from / 1000, until: event.until / 1000 }] : [],
    ),
  };
}

/** Where a tick only counted, a place held what it held at the full look before. */
function carry(values: readonly (number | null)[]): (number | null)[] {
  let last: number | null = null;
  return values.map((value) => (last = value ?? last));
}

/** Times of the middle of equal bins. */
export function toTimes(bins: number, since: number, until: number): number[] {
  return Array.from({ length: bins }, (_, i) => (since + ((i + 0.5) * (until - since)) / bins) / 1000);
}
