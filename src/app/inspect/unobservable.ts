import type { Reading } from '../../core/model/reading.ts';
import { remedyOfUnread } from '../../core/words/shortage.ts';
import type { World } from '../world.ts';

/** A process that cannot be looked at, why, and what to do next. */
export interface Unobservable {
  readonly kind: 'unobservable';
  readonly pid: number;
  readonly because: string;
  readonly remedy: string;
}

/** A refusal: `because` without a full stop, `remedy` as what to do next. */
export function unobservable(pid: number, because: string, remedy: string): Unobservable {
  return { kind: 'unobservable', pid, because, remedy };
}

/** Says why `/proc/<pid>/stat` was not to be had. */
export function whyUnobservable(
  world: World,
  pid: number,
  reading: Exclude<Reading<unknown>, { kind: 'read' }>,
): Unobservable {
  switch (reading.kind) {
    case 'gone':
      return world.isHidden(pid)
        ? unobservable(
            pid,
            `it exists, but ${reading.path} is hidden from this user (hidepid)`,
            'run as root, or as the user of the process',
          )
        : unobservable(
            pid,
            `no such process: ${reading.path} does not exist`,
            'ps -e lists what is running; inside a container it has another pid than outside',
          );
    case 'denied':
      return unobservable(pid, `${reading.path} may not be read`, 'run as root, or as the user of the process');
    case 'failed':
      return unobservable(pid, `${reading.path}: ${reading.because}`, remedyOfUnread(reading.because));
  }
}
