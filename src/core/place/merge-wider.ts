/** So many addresses of one port, or files of one folder, are one place with many names. */
const MANY = 8;
/** An operator looks for listeners, and a program opens a dozen files here and there. */
const VERY_MANY = 16;

/** What is put together: `established`, `to 10.0.0.7:443`. */
export interface Named {
  readonly what: string;
  readonly where: string | null;
}

export interface Merging<Group extends Named> {
  readonly countOf: (group: Group) => number;
  /** More than so many of one name are a place of their own. */
  readonly fewOf: (group: Group) => number;
  /** What is not alike in this is never one place. */
  readonly partOf: (group: Group) => string;
  readonly sayPorts: (least: number, most: number) => string;
  readonly join: (where: string, members: readonly Group[]) => Group;
}

/** One way to see small groups as one place. */
interface Wider {
  /** What those of one place have in common; null of what has no wider place of this kind. */
  readonly keyOf: (group: Named) => string | null;
  readonly least: (what: string) => number;
  readonly nameOf: (key: string, members: readonly Named[], sayPorts: Merging<Named>['sayPorts']) => string;
}

/** From the nearest to the widest: what the one leaves is left to the next. */
const WIDER: readonly Wider[] = [
  { keyOf: toPortOrFolder, least: () => MANY, nameOf: (key) => key },
  { keyOf: toAddress, least: (what) => (what === 'listening' ? VERY_MANY : MANY), nameOf: withPorts },
  { keyOf: toAnyPeer, least: () => MANY, nameOf: withPorts },
  { keyOf: toTree, least: () => VERY_MANY, nameOf: (_, members) => `${commonFolder(members)}**` },
];

/**
 * Puts together what is scattered over names that have nothing in common: a crawler's connections to 200 addresses at one port are `to
 * *:443`, a media server's ports `on 10.0.0.7, ports 16384 to 16463`, 100 files of one folder `/var/lib/app/*`, those of many folders
 * `/srv/trees/**`. Alone each of them is lost in the last row.
 */
export function mergeWider<Group extends Named>(groups: readonly Group[], merging: Merging<Group>): readonly Group[] {
  return WIDER.reduce<readonly Group[]>((all, wider) => mergeBy(all, wider, merging), groups);
}

function mergeBy<Group extends Named>(
  groups: readonly Group[],
  { keyOf, least, nameOf }: Wider,
  { countOf, fewOf, partOf, sayPorts, join }: Merging<Group>,
): readonly Group[] {
  const wider = new Map<string, { readonly key: string; readonly what: string; readonly members: Group[] }>();
  for (const group of groups) {
    const key = countOf(group) > fewOf(group) ? null : keyOf(group);
    if (key === null) continue;
    const id = `${partOf(group)}\n${key}`;
    const known = wider.get(id);
    if (known === undefined) wider.set(id, { key, what: group.what, members: [group] });
    else known.members.push(group);
  }
  const scattered = [...wider.values()].filter(({ what, members }) => members.length >= least(what));
  if (scattered.length === 0) return groups;
  const merged = new Set(scattered.flatMap(({ members }) => members));
  return [
    ...groups.filter((group) => !merged.has(group)),
    ...scattered.map(({ key, members }) => join(nameOf(key, members, sayPorts), members)),
  ];
}

const END = /^(to|on|accepted on) ([\d.]*|\[[\d:a-f.]+\]):(\d+|\*)$/i;

/** `to 10.0.0.7:443` -> `to *:443`; `/var/lib/app/alpha.db` -> `/var/lib/app/*`. */
function toPortOrFolder(group: Named): string | null {
  const [, verb, , port] = END.exec(group.where ?? '') ?? [];
  if (verb === 'to' && port !== '*') return `to *:${port}`;
  const folder = folderOf(group);
  return folder === null ? null : `${folder}*`;
}

/** `on 10.0.0.7:16384` -> `on 10.0.0.7`: ports that the kernel gave out are one place already. */
function toAddress({ where }: Named): string | null {
  const [, verb, address, port] = END.exec(where ?? '') ?? [];
  return verb === undefined || address === '' || port === '*' ? null : `${verb} ${address}`;
}

function toAnyPeer({ where }: Named): string | null {
  const [, verb] = END.exec(where ?? '') ?? [];
  return verb === 'to' ? 'to *' : null;
}

/** `to *, ports 4000 to 4999`; `to *:*` where not all ports are known. */
function withPorts(end: string, members: readonly Named[], sayPorts: Merging<Named>['sayPorts']): string {
  const ports = members.map(({ where }) => Number(END.exec(where ?? '')?.[3])).toSorted((a, b) => a - b);
  const [least = Number.NaN] = ports;
  if (ports.some((port) => Number.isNaN(port))) return `${end}:*`;
  return `${end}, ${sayPorts(least, ports.at(-1) ?? least)}`;
}

export const FILES: ReadonlySet<string> = new Set(['file', 'directory', 'deleted file', 'fifo', 'deleted fifo']);
/** What each of these is cannot be told from its folder. */
const APART = /^\/dev\//;

/** `/var/lib/app/alpha.db` -> `/var/lib/app/`. */
function folderOf({ what, where }: Named): string | null {
  if (where === null || !FILES.has(what) || !where.startsWith('/') || APART.test(where)) return null;
  return where.slice(0, where.lastIndexOf('/') + 1);
}

/** Two folders deep: what lies above has nothing in common. */
const TREE = /^\/[^/]+\/[^/]+\//;

function toTree(group: Named): string | null {
  return TREE.exec(folderOf(group) ?? '')?.[0] ?? null;
}

/** The last folder that all of them are below: `/srv/trees/`. */
function commonFolder(members: readonly Named[]): string {
  return members.reduce((common, { where }) => sharedFolder(common, where ?? ''), members[0]?.where ?? '');
}

function sharedFolder(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return one.slice(0, one.lastIndexOf('/', length - 1) + 1);
}
