import type { AlertSubject } from '../model/alert.ts';
import type { WatchState } from '../model/watch.ts';
import { findNearestEnd } from '../trend/nearest-end.ts';

/** What a watch knows of its process, for those who receive an alert. */
export function toAlertSubject(state: WatchState): AlertSubject {
  const { host, pid, comm, cmdline, sample, trends, places, quota, history } = state;
  const end = findNearestEnd(trends, sample?.soft ?? null, quota);
  return {
    host,
    pid,
    comm,
    cmdline,
    open: sample?.open ?? null,
    soft: sample?.soft ?? null,
    places,
    hoursToLimit: end?.hours ?? null,
    limitName: end?.name ?? null,
    history: history.path,
  };
}
