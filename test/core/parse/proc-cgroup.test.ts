import { expect, it } from 'vitest';
import { isInCgroup, isOfUnit } from '../../../src/core/parse/proc-cgroup.ts';

it.each([
  { line: '0::/system.slice/nginx.service', user: 0 },
  { line: '0::/system.slice/nginx.service/workers', user: 0 },
  { line: '1:name=systemd:/system.slice/nginx.service', user: 0 },
  { line: '0::/nginx.service', user: null },
  { line: '0::/web.slice/web-front.slice/nginx.service', user: 0 },
  { line: '0::/user.slice/user-1000.slice/user@1000.service/app.slice/nginx.service', user: 1000 },
])('$line is the unit nginx for user $user', ({ line, user }) => {
  expect(isOfUnit(line, 'nginx.service', user)).toBe(true);
});

it.each([
  {
    why: 'below the manager of another user',
    line: '0::/user.slice/user-1000.slice/user@1000.service/app.slice/nginx.service',
    user: 0,
  },
  { why: 'below another service', line: '0::/system.slice/ci.service/nginx.service', user: 0 },
  { why: 'below a scope', line: '0::/user.slice/user-1000.slice/session-3.scope/nginx.service', user: 0 },
  { why: 'in a hierarchy that is not of systemd', line: '7:cpu,cpuacct:/system.slice/nginx.service', user: 0 },
  { why: 'of a longer name', line: '0::/system.slice/my-nginx.service', user: 0 },
  { why: 'cut', line: '0::/system.slice/nginx.servic', user: 0 },
])('a cgroup $why is not the unit', ({ line, user }) => {
  expect(isOfUnit(line, 'nginx.service', user)).toBe(false);
});

it('knows the manager of a user as a unit itself', () => {
  expect(isOfUnit('0::/user.slice/user-1000.slice/user@1000.service/init.scope', 'user@1000.service', 0)).toBe(true);
});

it.each([
  ['0::/kubepods.slice/pod1/c0', '/kubepods.slice/pod1'],
  ['0::/kubepods.slice/pod1', '/kubepods.slice/pod1/'],
  ['0::/kubepods.slice/pod1', 'kubepods.slice'],
  ['0::/kubepods.slice/pod1', '/sys/fs/cgroup/kubepods.slice'],
  ['7:memory:/docker/0a', '/docker'],
  ['0::/', '/'],
])('%s is in cgroup %s', (line, path) => {
  expect(isInCgroup(line, path)).toBe(true);
});

it.each([
  ['0::/kubepods.slice/pod12', '/kubepods.slice/pod1'],
  ['0::/a/kubepods.slice', '/kubepods.slice'],
  ['', '/'],
])('%s is not in cgroup %s', (line, path) => {
  expect(isInCgroup(line, path)).toBe(false);
});
