import type { Descriptor } from '../model/descriptor.ts';
import type { Leak } from '../model/verdict.ts';
import type { PlaceGroup } from './place-group.ts';

/** So many addresses of one port, or files of one folder, are one place with many names. */
const MANY = 8;
/** More than so many of one name are a place of their own. */
const FEW = 2;

interface Growing extends PlaceGroup {
  readonly descriptors: Descriptor[];
  leak: Leak;
}

/**
 * Puts together what is scattered over names that have nothing in common: a crawler's connections to 200 addresses at one port are `to
 * *:443`, and 100 files of one folder `/var/lib/app/*`. Alone each of them is lost in the last row.
 */
export function mergeScattered(groups: readonly Growing[]): readonly Growing[] {
  const wider = new Map<string, { readonly where: string; readonly members: Growing[] }>();
  for (const group of groups) {
    const where = group.descriptors.length > FEW ? null : toWider(group);
    if (where === null) continue;
    const key = `${group.what}\n${where}\n${group.tid ?? ''}\n${group.leak}`;
    const known = wider.get(key);
    if (known === undefined) wider.set(key, { where, members: [group] });
    else known.members.push(group);
  }
  const scattered = [...wider.values()].filter(({ members }) => members.length >= MANY);
  if (scattered.length === 0) return groups;
  const merged = new Set(scattered.flatMap(({ members }) => members));
  return [...groups.filter((group) => !merged.has(group)), ...scattered.map(toOne)];
}

function toOne({ where, members }: { readonly where: string; readonly members: readonly Growing[] }): Growing {
  const [{ what, tid, leak } = NOTHING] = members;
  const descriptors = members.flatMap((member) => member.descriptors).toSorted((a, b) => a.fd - b.fd);
  return { what, where, tid, leak, descriptors };
}

const NOTHING = { what: '', tid: null, leak: 'no' } as const;

/** `to 10.0.0.7:443` -> `to *:443`; `/var/lib/app/alpha.db` -> `/var/lib/app/*`; null of what has no wider place. */
function toWider({ what, where }: PlaceGroup): string | null {
  if (where === null) return null;
  const [, port] = /^to (?:[\d.]+|\[[\d:a-f.]+\]):(\d+)$/i.exec(where) ?? [];
  if (port !== undefined) return `to *:${port}`;
  const isFile = FILES.has(what) && where.startsWith('/') && !APART.test(where);
  return isFile ? `${where.slice(0, where.lastIndexOf('/') + 1)}*` : null;
}

const FILES: ReadonlySet<string> = new Set(['file', 'directory', 'deleted file', 'fifo']);
/** What each of these is cannot be told from its folder. */
const APART = /^\/(?:dev|proc|sys)\//;
