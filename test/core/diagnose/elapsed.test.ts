import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureElapsedMs } from '../../../src/core/diagnose/elapsed.ts';

describe('measureElapsedMs', () => {
  it('agrees with the calendar of the platform', () => {
    const moment = fc.date({
      min: new Date('1970-01-01T00:00:00Z'),
      max: new Date('2199-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moment, moment, (from, until) => {
        expect(measureElapsedMs(from.toISOString(), until.toISOString())).toBe(until.getTime() - from.getTime());
      }),
    );
  });

  it.each([null, '', 'yesterday', '2026-11-22'])('is not known where a moment is %j', (moment) => {
    expect(measureElapsedMs(moment, '2026-11-22T19:46:00.000Z')).toBeNull();
  });
});
