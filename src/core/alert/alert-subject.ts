import type { AlertSubject } from '../model/alert.ts';
import type { WatchState } from '../model/watch.ts';

/** What a watch knows of its process, for those who are told of an alert. */
export function toAlertSubject({
  host,
  pid,
  comm,
  cmdline,
  sample,
  trends,
  places,
  history,
}: WatchState): AlertSubject {
  const total = trends.find(({ of }) => of === 'total');
  return {
    host,
    pid,
    comm,
    cmdline,
    open: sample?.open ?? null,
    soft: sample?.soft ?? null,
    places,
    hoursToLimit: total?.growth === 'growing' ? total.hoursToLimit : null,
    history: history.path,
  };
}
