/**
 * @module-tag lsof
 * @module-tag python3
 * @module-tag ss
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Descriptor } from '../../src/core/model/descriptor.ts';
import type { Inspection } from '../../src/core/model/inspection.ts';
import { EXPECTED } from './expected-verdicts.ts';
import { inspectJson } from './fdleak.ts';
import { startZoo, type Specimen, type Zoo } from './zoo.ts';

/** What the kernel of CI may refuse to make; anything else missing is a broken zoo. */
const MAY_BE_IMPOSSIBLE =
  /^(ping|alg|sctp|xdp|vsock|mptcp|udplite|perf-event|userfaultfd|io-uring|bpf|fanotify|block-device)/;

const isRoot = process.getuid?.() === 0;

describe.runIf(isRoot)('fdleak inspect of a process that holds every kind of descriptor, as root', () => {
  let zoo: Zoo;
  let inspection: Inspection;

  beforeAll(async () => {
    zoo = await startZoo({ until: 'stop' });
    ({ inspection } = await inspectJson(zoo.pid, ['--certain-after', '2s', '--flags']));
  });

  afterAll(() => zoo.stop());

  it('is given every specimen that this kernel can make', () => {
    expect(zoo.impossible.filter(({ label }) => !MAY_BE_IMPOSSIBLE.test(label))).toEqual([]);
    expect(zoo.specimens.length).toBeGreaterThan(200);
  });

  it('gives each specimen the right kind, verdict, cause, protocol, namespace and company', () => {
    const said = zoo.specimens.map((specimen) => [specimen.label, describeFound(specimen, inspection, zoo)]);
    const wanted = zoo.specimens.map(({ label }) => [label, EXPECTED[label]]);

    expect(Object.fromEntries(said)).toEqual(Object.fromEntries(wanted));
  });

  it('calls an orphan that has been dead for --certain-after a certain leak, and nothing else', () => {
    for (const { verdict } of inspection.descriptors) {
      expect(verdict.leak === 'certain', verdict.because).toBe(verdict.is === 'orphaned');
    }
  });

  it('leaves no descriptor out', () => {
    expect(inspection.limits.open).toBe(inspection.descriptors.filter(({ tid }) => tid === null).length);
    expect(inspection.faults.filter(({ source }) => source !== 'proc-net-unix' && source !== 'ss')).toEqual([]);
  });
});

describe.runIf(isRoot)('fdleak inspect of the same process in a network namespace of its own', () => {
  it('finds what it finds in ours, with ss entered there and lsof told apart', async () => {
    const zoo = await startZoo({ ownNamespace: true });
    const { inspection } = await inspectJson(zoo.pid, ['--certain-after', '2s']);
    // Its stdio are sockets of the namespace it was started from.
    const made = zoo.specimens.filter(({ label }) => !label.startsWith('std'));
    const said = made.map((specimen) => [specimen.label, describeFound(specimen, inspection, zoo)]);

    expect(Object.fromEntries(said)).toEqual(Object.fromEntries(made.map(({ label }) => [label, EXPECTED[label]])));
    expect(inspection.sources.find(({ name }) => name === 'ss')?.status).toBe('read');
    expect(inspection.disagreements.map(({ because }) => because)).toContainEqual(
      expect.stringContaining('lsof sees only its own network namespace, and calls these sock'),
    );
  });
});

describe.runIf(isRoot)('fdleak inspect of another user’s process, without privilege', () => {
  it('answers count and limits, accuses nothing, and says it cannot tell', async () => {
    const zoo = await startZoo();
    const { inspection, exitCode } = await inspectJson(zoo.pid, ['--settle', '0'], { as: 65534 });

    expect(exitCode).toBe(3);
    expect(inspection.capability.level).toBe('count');
    expect(inspection.limits).toMatchObject({ open: expect.any(Number), soft: expect.any(Number) });
    expect(inspection.descriptors).toEqual([]);
    expect(inspection.summary).toEqual({ byKind: null, byVerdict: null, byLeak: null });
  });
});

/** The fields of {@link EXPECTED} as the inspection has them, so that a difference shows as one. */
function describeFound(specimen: Specimen, inspection: Inspection, zoo: Zoo): unknown {
  const wanted = EXPECTED[specimen.label];
  const found = inspection.descriptors.find(({ fd, tid }) => fd === specimen.fd && tid === specimen.tid);
  if (wanted === undefined || found === undefined) return found;
  const { socket, verdict } = found;
  const labelsOf = (fds: readonly number[] | null | undefined): readonly string[] | null =>
    fds == null
      ? null
      : fds
          .map((fd) => zoo.specimens.find((one) => one.fd === fd && one.tid === specimen.tid)?.label ?? `fd ${fd}`)
          .toSorted();
  return {
    kind: found.kind,
    verdict: verdict.is,
    ...('cause' in wanted || verdict.cause !== null ? { cause: verdict.cause } : {}),
    ...('protocol' in wanted ? { protocol: socket?.protocol } : {}),
    ...('foreign' in wanted || socket?.foreign === true ? { foreign: socket?.foreign } : {}),
    ...('deleted' in wanted ? { deleted: found.deleted } : {}),
    ...('sharedWith' in wanted ? { sharedWith: labelsOf(found.sharedWith) } : {}),
    ...('watchedBy' in wanted ? { watchedBy: labelsOf(found.watchedBy) } : {}),
    ...('listeners' in wanted ? { listeners: labelsOf(listenersOf(found)) } : {}),
  };
}

function listenersOf({ socket }: Descriptor): readonly number[] {
  return socket !== null && 'acceptedOn' in socket ? (socket.acceptedOn?.listeners ?? []) : [];
}
