/**
 * Why a history could not be read or written. `full`, `locked` and `readonly` can pass: what was committed is kept, try
 * again. `corrupt`: set the file aside. `newer`/`older`: written by another version of fdleak. `missing`: no such file.
 */
export interface HistoryFault {
  readonly kind: 'fault';
  readonly is: 'full' | 'locked' | 'readonly' | 'corrupt' | 'newer' | 'older' | 'missing' | 'lost' | 'failed';
  readonly path: string;
  readonly because: string;
}

export function toHistoryFault(is: HistoryFault['is'], path: string, because: string): HistoryFault {
  return { kind: 'fault', is, path, because };
}
