import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProcFs } from '../../src/collect/proc-fs.ts';
import { type Owner, ProcessOwners } from '../../src/collect/process-owners.ts';
import { fixture } from '../lines.ts';
import { writeTree } from './proc-tree.ts';

const ID = '7c1f0e9d3b5a48260f9e8d7c6b5a49382716059f4e3d2c1b0a99887766554433';
const NODE = 'e3a1c5b7d9f0214365870a9b8c7d6e5f4031221304f5e6d7c8b9aabbccddeeff';
const POD = '2ca4a155-3599-498d-bb9d-4446693fa3ea';
/** Of a static pod: no uuid, the hash of its manifest. */
const STATIC = '8daa50c3a64c9ff60bb9eab7b44b56fd';

const LOGS = [`shop_cart-6c9f7d5b8-x2x4z_${POD}`, `kube-system_etcd-node-1_${STATIC}`, 'lost+found'];

const inPod = { id: ID, podUid: POD, pod: 'shop/cart-6c9f7d5b8-x2x4z' };
const alone = { id: ID, podUid: null, pod: null };

/** Whose a process is whose folder of /proc holds these files. */
function ownerOf(cgroup: string, { status = 'Uid:\t33\t33\t33\t33\nNSpid:\t4242\t7\n', logs = LOGS } = {}): Owner {
  const root = writeTree({ '4242/status': status, '4242/cgroup': cgroup, 'logs/.': '' });
  for (const folder of logs) mkdirSync(join(root, 'logs', folder));
  const owners = new ProcessOwners(() => 0, join(root, 'logs'));
  owners.begin();
  return owners.read(new ProcFs(root), { comm: 'web', startTicks: 1 }, 4242);
}

/** Captures whose owner is told alike, each by its engine. */
const all = (owner: Partial<Owner>, byEngine: Readonly<Record<string, string>>): Record<string, Partial<Owner>> =>
  Object.fromEntries(
    Object.entries(byEngine).flatMap(([engine, names]) =>
      names.split(' ').map((name) => [`${engine}-${name}`, owner] as const),
    ),
  );

const CASES: Readonly<Record<string, Partial<Owner>>> = {
  ...all(
    { container: inPod },
    {
      containerd: 'v1-cgroupfs v1-colons v1-systemd v2-cgroupfs v2-systemd',
      crio: 'v1-cgroupfs v1-systemd v2-systemd',
      kind: 'v1 v2',
      minikube: 'crio-v1',
      nested: 'seen-from-a-sibling',
    },
  ),
  ...all(
    { container: alone },
    {
      containerd: 'v2-nerdctl',
      docker: 'v1-cgroupfs v1-left-in-service v1-systemd v2-cgroupfs v2-parent-slice v2-systemd',
      nested: 'docker-v1 docker-v2',
      podman: 'v1-cgroupfs v1-systemd v2-pod v2-rootless v2-systemd',
    },
  ),
  'containerd-v2-static-pod': { container: { id: ID, podUid: STATIC, pod: 'kube-system/etcd-node-1' } },
  // The monitor of a container does not live in it.
  'crio-v2-conmon': { container: null, unit: `crio-conmon-${ID}.scope` },
  'podman-v2-conmon': { container: null, unit: `libpod-conmon-${ID}.scope` },
  'kind-v2-kubelet': { container: { ...alone, id: NODE } },
  'own-namespace': { container: null },
};

describe('whose a process is', () => {
  it.each(readdirSync(new URL('../../fixtures/cgroups/', import.meta.url)).filter((name) => name !== 'ORIGIN'))(
    'is told by its cgroup: %s',
    (name) => {
      const expected = CASES[name.replace('.txt', '')];
      expect(expected, 'a file without an expectation').toBeDefined();
      expect(ownerOf(fixture(`cgroups/${name}`))).toEqual({ uid: 33, pidInNamespace: 7, unit: null, ...expected });
    },
  );

  it('is a pod without a name where the logs of pods may not be listed', () => {
    const { container } = ownerOf(fixture('cgroups/kind-v2.txt'), { logs: [] });
    expect(container).toEqual({ ...inPod, pod: null });
  });

  it('is unknown where its folder cannot be read, which is no user 0', () => {
    const owners = new ProcessOwners(() => 0, '/nonexistent');
    owners.begin();
    const proc = new ProcFs(writeTree({}));
    expect(owners.read(proc, { comm: 'web', startTicks: 1 }, 4242)).toEqual({
      uid: null,
      pidInNamespace: null,
      unit: null,
      container: null,
    });
  });

  it('takes no name of a cgroup for more than a name: bytes that are no UTF-8, and the words of a pod', () => {
    const { unit } = ownerOf('0::/system.slice/\u00ff\u001b[2J.service\n');
    expect(unit).toContain('\uFFFD');
    expect(ownerOf(`0::/kubepods/pod${POD.slice(1)}/${ID}\n`).container).toEqual(alone);
  });
});
