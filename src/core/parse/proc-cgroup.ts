/** `user@1000.service`: the manager of a user, below which he makes cgroups himself. */
const MANAGER = /^user@(\d+)\.service$/;

/**
 * Whether a line of `/proc/<pid>/cgroup` places a process in the systemd unit `name`: one cgroup below slices alone, as systemd makes
 * them, for the system (`/system.slice/nginx.service`) or for `user` (`/user.slice/user-1000.slice/user@1000.service/app.slice/x.service`).
 * A cgroup of that name anywhere else was made by somebody else. Only systemd's hierarchy counts: `0::`, or `name=systemd` in v1.
 *
 * @see cgroups(7), systemd.slice(5)
 */
export function isOfUnit(line: string, name: string, user: number | null): boolean {
  const [, path] = /^(?:0:|\d+:name=systemd):(\/.*)$/.exec(line) ?? [];
  if (path === undefined) return false;
  const parts = path.slice(1).split('/');
  const manager = parts.findIndex((part) => MANAGER.test(part));
  const [, owner] = MANAGER.exec(parts[manager] ?? '') ?? [];
  if (owner !== undefined && name !== parts[manager] && Number(owner) !== user) return false;
  const own = owner === undefined || name === parts[manager] ? parts : parts.slice(manager + 1);
  const at = own.findIndex((part) => !part.endsWith('.slice'));
  return own[at] === name;
}

/**
 * Whether a line of `/proc/<pid>/cgroup` places a process in the cgroup `path`, or below it: `0::/kubepods.slice/pod1/c0` is in
 * `/kubepods.slice/pod1`, and not in `/kubepods.slice/pod`. A path below `/sys/fs/cgroup` is meant as one of the hierarchy. Of v1 every
 * hierarchy counts.
 *
 * @see cgroups(7)
 */
export function isInCgroup(line: string, path: string): boolean {
  const [, own] = /^\d+:[^:]*:(\/.*)$/.exec(line) ?? [];
  if (own === undefined) return false;
  const wanted = `/${path.replace(/^\/sys\/fs\/cgroup(?=\/|$)/, '').replace(/^\/+|\/+$/g, '')}`;
  return wanted === '/' || own === wanted || own.startsWith(`${wanted}/`);
}
