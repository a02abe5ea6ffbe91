/** Whom a process belongs to, by its cgroup. */
export interface CgroupOwner {
  /** The path of cgroup v2, or of systemd's hierarchy in v1. */
  readonly path: string | null;
  /** `nginx.service`; null outside of any unit. */
  readonly unit: string | null;
  readonly container: { readonly id: string; readonly podUid: string | null } | null;
}

/** `docker-<id>.scope`, `cri-containerd-<id>.scope`, `crio-<id>.scope`, `libpod-<id>.scope` of systemd's driver; a bare id of cgroupfs. */
const SCOPE = /^(?:docker|cri-containerd|containerd|crio|libpod|nerdctl)-([0-9a-f]{64})\.scope$/;
const BARE = /^(?:libpod-|crio-|docker-)?([0-9a-f]{64})$/;
/** containerd names a container in a cgroup by `slice:prefix:id` where the driver does not fit the path. */
const COLONS = /^[\w.-]+\.slice:[\w-]+:([0-9a-f]{64})$/;
const LXC = /^lxc(?:\.payload)?\.(.+)$/;
/** systemd's driver writes `_` for `-`. */
const POD = /(?:^|-)pod([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\.slice)?(?:$|:)/;
const UNIT = /^(.+\.(?:service|scope|mount|socket))$/;

/**
 * Parses `/proc/<pid>/cgroup` of cgroup v1, v2 and both at once:
 *
 *     0::/system.slice/docker-3f4e….scope
 *     12:pids:/kubepods/burstable/pod7d0c…/91ab…
 *
 * A user may name cgroups below his own as he likes: what it says is a name, not a proof. Total: every text has an answer.
 *
 * @see cgroups(7), proc_pid_cgroup(5)
 */
export function parseCgroupOwner(text: string): CgroupOwner {
  const paths = text.split('\n').flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    return controllers === undefined || path === undefined ? [] : [{ controllers, path }];
  });
  const unified = paths.find(({ controllers }) => controllers === '');
  const named = paths.find(({ controllers }) => controllers === 'name=systemd');
  // With both versions at once v2 may hold nothing but its root.
  const main = unified !== undefined && (unified.path !== '/' || named === undefined) ? unified : named;
  const all = [...(main === undefined ? [] : [main]), ...paths];
  const container = firstOf(all.map(({ path }) => toContainer(path)));
  return { path: main?.path ?? null, unit: container === null ? toUnit(main?.path ?? '') : null, container };
}

function toContainer(path: string): CgroupOwner['container'] {
  const parts = path.split('/').filter((part) => part !== '');
  let podUid: string | null = null;
  let id: string | null = null;
  for (const [at, part] of parts.entries()) {
    podUid = POD.exec(part)?.[1]?.replaceAll('_', '-') ?? podUid;
    // The innermost wins: a container may run others. LXC v1 has a folder `lxc` for all of its own.
    id = idOf(part) ?? (parts[at - 1] === 'lxc' ? part : null) ?? id;
  }
  return id === null ? null : { id, podUid };
}

function idOf(part: string): string | null {
  for (const pattern of [SCOPE, BARE, COLONS, LXC]) {
    const [, id] = pattern.exec(part) ?? [];
    if (id !== undefined) return id;
  }
  return null;
}

function toUnit(path: string): string | null {
  return path.split('/').findLast((part) => UNIT.test(part)) ?? null;
}

function firstOf<T>(values: readonly (T | null)[]): T | null {
  return values.find((value) => value !== null) ?? null;
}
