/** @module-tag python3 */
import { expect, it } from 'vitest';
import { inspectJson } from './fdleak.ts';
import { startProgram, type Truth } from './field/start-program.ts';

const numberOf = (truth: Truth, name: string): number => Number(truth[name]);

it('names who else holds a socket or a file, and what he is to the process', async () => {
  const truth = await startProgram('kinds.py', ['shared_with_child']);
  const child = numberOf(truth, 'child');
  const heldByChild = (fd: number) => [{ pid: child, comm: 'sleep', fd, relation: 'child', isOtherProgram: true }];
  const [socket, log, own] = ['socket', 'log', 'own'].map((name) => numberOf(truth, name));
  const { inspection } = await inspectJson(truth.pid);
  const heldBy = (fd?: number) => inspection.descriptors.find((one) => one.fd === fd)?.alsoHeldBy;

  expect(heldBy(socket)).toEqual(heldByChild(socket ?? 0));
  expect(heldBy(log)).toEqual(heldByChild(log ?? 0));
  // Of a file, the same under no other number says nothing.
  expect(heldBy(own)).toBeNull();
  expect(inspection.places.find(({ where }) => where === `to 127.0.0.1:${numberOf(truth, 'port')}`)).toMatchObject({
    alsoHeldBy: { pid: child, comm: 'sleep', relation: 'child', count: 40, processes: 1 },
  });
  expect(inspection.findings.map(({ id }) => id)).not.toContain('inherited-sockets');
});

it('tells a worker that never uses the connections of its parent, and by which process they are held', async () => {
  const { pid, parent } = await startProgram('kinds.py', ['inherited_by_helper', '12']);
  const { inspection } = await inspectJson(pid);

  expect(inspection.findings.find(({ id }) => id === 'inherited-sockets')).toMatchObject({
    severity: 'warning',
    count: 12,
    facts: [{ kind: 'held-by-parent', pid: parent, count: 12 }, { kind: 'nothing-waits' }],
  });
});

it('does not know who else holds a descriptor where it did not look', async () => {
  const { pid } = await startProgram('kinds.py', ['timerfd', '3']);
  const { inspection } = await inspectJson(pid);

  expect(new Set(inspection.descriptors.map(({ alsoHeldBy }) => alsoHeldBy))).toEqual(new Set([null]));
});
