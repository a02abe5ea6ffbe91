import type { Life } from '../model/life.ts';
import type { Driver } from '../model/turnover.ts';

/** Files of the kernel, and files that are gone from their folder, are no content that a program keeps. */
const NO_CONTENT = /^\/(?:proc|sys|dev)\/| \(deleted\)$/;
/** So many of the survivors make the whole. */
const MOSTLY = 0.8;

/** Whoever talks to so many has a connection to each: no pool of one service. */
const MANY_PEERS = 8;

/**
 * Who decides how many of these survivors there are. Accepted connections in ESTABLISHED stay as long as their peers do; once the peer has
 * finished (CLOSE_WAIT) or the connection is over, only the program can end it. A store opens each of its files once; the same file opened again and
 * again is no store.
 */
export function findDriver(survivors: readonly Life[]): Driver {
  if (survivors.length === 0) return 'program';
  const enough = MOSTLY * survivors.length;
  if (survivors.filter(isOfPeer).length >= enough) return 'peers';
  const made = survivors.filter((life) => life.remote !== null && lastVerdict(life) === 'established');
  const addresses = new Set(made.map(({ remote }) => remote?.address));
  if (made.length >= enough && addresses.size >= MANY_PEERS) return 'fan-out';
  const files = survivors.filter(({ kind, target }) => kind === 'file' && !NO_CONTENT.test(target));
  const names = new Set(files.map(({ target }) => target));
  return names.size >= enough ? 'content' : 'program';
}

/** What most of these are: the verdict of sockets, the kind of the rest. */
export function nameOf(lives: readonly Life[]): string {
  const counts = new Map<string, number>();
  for (const life of lives) {
    const verdict = lastVerdict(life);
    const name = verdict === '' || verdict === 'in-use' ? kindOf(life) : verdict;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}

/** A file that is gone from its folder holds space that nobody finds. */
function kindOf({ kind, target }: Life): string {
  return kind === 'file' && target.endsWith(' (deleted)') ? 'deleted file' : kind;
}

function isOfPeer(life: Life): boolean {
  return life.acceptedOn !== null && lastVerdict(life) === 'established';
}

function lastVerdict({ verdicts }: Life): string {
  return verdicts.at(-1)?.verdict ?? '';
}
