import { expect, it } from 'vitest';
import { Deaths } from '../../../src/core/classify/deaths.ts';
import { aProbe, NOTHING_DEAD, someEvidence, someLooks } from '../evidence-builder.ts';

const dead = aProbe({}, { lastAckRecvMs: 100 });

it.each([
  { name: 'answered once', looks: someLooks(dead), apartMs: null, atMost: 570 },
  { name: 'answered at both looks', looks: someLooks(dead, dead), apartMs: 50, atMost: 570 },
  { name: 'answered at the first of two alone', looks: someLooks(dead), apartMs: 50, atMost: null },
])('counts how long a socket was dead at most until now, and not until it was asked: $name', (row) => {
  const { probes } = someEvidence({ probes: { apartMs: row.apartMs, askedAgoMs: 470 } });
  const deaths = new Deaths(NOTHING_DEAD, probes);
  const words = deaths.describe(row.looks, dead, { death: null, atLeast: null });
  expect(words).toMatchObject({ diedAt: null, deadMs: { atLeast: null, atMost: row.atMost } });
});
