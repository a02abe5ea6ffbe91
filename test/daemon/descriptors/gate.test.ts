import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DescriptorGate, toReserve } from '../../../src/daemon/descriptors/gate.ts';

describe('DescriptorGate', () => {
  it('keeps the reserve: the last client admitted still leaves it free', () => {
    const gate = new DescriptorGate();

    expect(gate.admits({ open: 959, promised: 0, softLimit: 1024 })).toBe(true);
    expect(gate.admits({ open: 960, promised: 0, softLimit: 1024 })).toBe(false);
  });

  it('counts the ServerSocket that each waiting client still needs', () => {
    expect(new DescriptorGate().admits({ open: 500, promised: 460, softLimit: 1024 })).toBe(false);
  });

  it('opens again only below a lower mark', () => {
    const gate = new DescriptorGate();
    gate.admits({ open: 1000, promised: 0, softLimit: 1024 });

    expect(gate.admits({ open: 940, promised: 0, softLimit: 1024 })).toBe(false);
    expect(gate.admits({ open: 895, promised: 0, softLimit: 1024 })).toBe(true);
  });

  it('opens when the limit is raised under it', () => {
    const gate = new DescriptorGate();
    gate.admits({ open: 1000, promised: 0, softLimit: 1024 });

    expect(gate.admits({ open: 1000, promised: 0, softLimit: 4096 })).toBe(true);
  });

  it('never admits into the reserve, whatever went before', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ open: fc.nat(2000), promised: fc.nat(500), softLimit: fc.integer({ min: 64, max: 2048 }) }),
        ),
        (uses) => {
          const gate = new DescriptorGate();
          for (const use of uses) {
            if (gate.admits(use))
              expect(use.open + use.promised + 1).toBeLessThanOrEqual(use.softLimit - toReserve(use.softLimit));
          }
        },
      ),
    );
  });
});

it.each([
  { softLimit: 64, reserve: 8 },
  { softLimit: 1024, reserve: 64 },
  { softLimit: 524_288, reserve: 256 },
])('toReserve keeps $reserve of $softLimit', ({ softLimit, reserve }) => {
  expect(toReserve(softLimit)).toBe(reserve);
});
