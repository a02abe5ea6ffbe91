import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCgroupOwner } from '../../../src/core/parse/cgroup-owner.ts';

const ID = '3f4e1c9a0b7d25e6f8a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f607';
const POD = '7d0c1a52-90ab-4c1d-8e2f-0123456789ab';
const POD_ = POD.replaceAll('-', '_');

describe('the container of a process', () => {
  it.each<{ name: string; text: string; podUid: string | null }>([
    { name: 'Docker, v2, systemd', text: `0::/system.slice/docker-${ID}.scope\n`, podUid: null },
    { name: 'Docker, v2, cgroupfs', text: `0::/docker/${ID}\n`, podUid: null },
    { name: 'Docker, v1, cgroupfs', text: `12:pids:/docker/${ID}\n1:name=systemd:/docker/${ID}\n`, podUid: null },
    { name: 'Docker, v1, systemd', text: `1:name=systemd:/system.slice/docker-${ID}.scope\n`, podUid: null },
    {
      name: 'Podman, rootless',
      text: `0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope/container\n`,
      podUid: null,
    },
    {
      name: 'Kubernetes, containerd, systemd',
      text: `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${POD_}.slice/cri-containerd-${ID}.scope\n`,
      podUid: POD,
    },
    {
      name: 'Kubernetes, CRI-O, systemd, guaranteed',
      text: `0::/kubepods.slice/kubepods-pod${POD_}.slice/crio-${ID}.scope\n`,
      podUid: POD,
    },
    { name: 'Kubernetes, cgroupfs, v1', text: `11:memory:/kubepods/besteffort/pod${POD}/${ID}\n`, podUid: POD },
    {
      name: 'Kubernetes, containerd, colons',
      text: `0::/system.slice/containerd.service/kubepods-burstable-pod${POD_}.slice:cri-containerd:${ID}\n`,
      podUid: POD,
    },
    {
      name: 'from a sibling namespace',
      text: `0::/../../kubepods-pod${POD_}.slice/cri-containerd-${ID}.scope\n`,
      podUid: POD,
    },
    { name: 'both versions at once', text: `12:pids:/docker/${ID}\n0::/\n`, podUid: null },
    {
      name: 'a container in a container: the inner one',
      text: `0::/docker/${ID.replace('3', 'a')}/docker/${ID}\n`,
      podUid: null,
    },
  ])('is found: $name', ({ text, podUid }) => {
    expect(parseCgroupOwner(text)).toMatchObject({ container: { id: ID, podUid }, unit: null });
  });

  it.each([
    ['0::/lxc.payload.web/system.slice/nginx.service\n', 'web'],
    ['4:pids:/lxc/web\n', 'web'],
  ])('is LXC by its name: %s', (text, id) => {
    expect(parseCgroupOwner(text).container).toEqual({ id, podUid: null });
  });

  it.each([
    ['0::/system.slice/nginx.service\n', 'nginx.service'],
    ['0::/user.slice/user-1000.slice/session-3.scope\n', 'session-3.scope'],
    ['0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-term-7.scope\n', 'app-term-7.scope'],
    ['5:cpu:/\n1:name=systemd:/system.slice/postgresql@14-main.service\n', 'postgresql@14-main.service'],
    ['0::/\n', null],
    [`0::/system.slice/docker-${ID.slice(1)}.scope\n`, `docker-${ID.slice(1)}.scope`],
  ])('is none where it is a unit: %s', (text, unit) => {
    expect(parseCgroupOwner(text)).toMatchObject({ container: null, unit });
  });

  it('answers any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { path, unit, container } = parseCgroupOwner(text);
        for (const name of [path, unit, container?.id ?? null]) expect(name).not.toBe('');
      }),
    );
  });
});
