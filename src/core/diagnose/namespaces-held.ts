import { formatFdNumbers } from '../words/fds.ts';
import { formatCount } from '../words/numbers.ts';
import type { Case, Found, Rule } from './case.ts';
import { toStatement } from './statement.ts';
import { sortOut } from './sorted-out.ts';

/** One is a program that is about to enter it; two, one that compares. */
const FEWEST = 3;
/** Programs whose work it is to keep namespaces. */
const RUNTIMES =
  /^(?:dockerd|docker-proxy|containerd|containerd-shim.*|conmon.*|crio|podman|runc|crun|lxc.*|lxd|incusd|kubelet|systemd.*|unshare|nsenter|ip|firejail|bwrap)$/;

/** Descriptors that keep network and other namespaces alive in which no process lives any more. */
export const NAMESPACES_HELD = { id: 'namespaces-held', about: 'leak', find } as const satisfies Rule;

function find({ inspection }: Case): Found | null {
  if (RUNTIMES.test(inspection.process.comm)) return null;
  const held = sortOut(inspection.descriptors).others.filter(
    ({ object }) => object?.kind === 'namespace' && object.inhabited === false,
  );
  if (held.length < FEWEST) return null;
  const own = sortOut(inspection.descriptors).others.filter(
    ({ object }) => object?.kind === 'namespace' && object.own === true,
  ).length;
  return {
    severity: 'warning',
    count: held.length,
    title: `${formatCount(held.length, 'namespace')} in which no process lives, kept alive by descriptors`,
    evidence: [emptyNamespaces({ fds: held.map(({ fd }) => fd) }), ...(own > 0 ? [ownNamespace({ count: own })] : [])],
    checked: [],
    advice:
      'Close the handle of a namespace when the container is gone, and after setns(2): each keeps its interfaces, routes and sockets in the kernel.',
  };
}

const emptyNamespaces = toStatement(
  'empty-namespaces',
  ({ fds }: { fds: readonly number[] }) => `no process lives in the namespaces of ${formatFdNumbers(fds)}`,
);
const ownNamespace = toStatement(
  'own-namespace',
  ({ count }: { count: number }) => `${formatCount(count, 'more handle')} of the namespace of the process itself`,
);
