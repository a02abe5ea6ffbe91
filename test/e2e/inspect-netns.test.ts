/** @module-tag python3 ip */
import { describe, expect, it } from 'vitest';
import type { Inspection } from '../../src/core/model/inspection.ts';
import { isInet } from '../../src/core/place/ports.ts';
import { inspectJson } from './fdleak.ts';
import { startProgram } from './field/start-program.ts';

const NOBODY = 65_534;

const uses = ({ descriptors }: Inspection) =>
  descriptors.flatMap(({ socket }) => (isInet(socket) && socket.state === 'ESTABLISHED' ? [socket.use] : []));

describe.runIf(process.getuid?.() === 0)('fdleak inspect of a process in another network namespace', () => {
  it('knows ages, unread data and other ends there as it does here', async () => {
    const { pid, port } = await startProgram('kinds.py', ['elsewhere', '12']);
    const { inspection } = await inspectJson(pid);

    expect(uses(inspection)).toHaveLength(24);
    for (const use of uses(inspection))
      expect(use).toMatchObject({ timer: 'none', sinceReceivedMs: expect.any(Number) });
    expect(inspection.places.find(({ where }) => where === `accepted on 127.0.0.1:${Number(port)}`)).toMatchObject({
      count: 12,
      unreadBytes: { least: 100, most: 100 },
      otherEnd: { pid, count: 12 },
    });
    expect(inspection.capability.missing).toEqual([]);
  });

  it('says that it does not know them where it may not go there', async () => {
    const { pid } = await startProgram('kinds.py', ['elsewhere', '12', `${NOBODY}`]);
    const { inspection } = await inspectJson(pid, [], { as: NOBODY });

    expect(uses(inspection)).toEqual(Array.from({ length: 24 }, () => null));
    expect(inspection.summary).toMatchObject({ byVerdict: { established: 24 }, byLeak: { suspect: 0, certain: 0 } });
  });
});
