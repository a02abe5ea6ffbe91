import type { Verdict, VerdictName } from '../model/verdict.ts';

/** What a program may keep one of on purpose: mosquitto has a socket in reserve, to close when numbers run out. */
const RESERVED: ReadonlySet<VerdictName> = new Set<VerdictName>(['fresh', 'bound']);

/** Of sockets with nothing more to them, one alone is no sign of a leak: a second one is. Gives the descriptors with that said. */
export function spareLone<One extends { readonly verdict: Verdict }>(all: readonly One[]): One[] {
  const counts = new Map<VerdictName, number>();
  for (const { verdict } of all) {
    if (RESERVED.has(verdict.is)) counts.set(verdict.is, (counts.get(verdict.is) ?? 0) + 1);
  }
  if (![...counts.values()].includes(1)) return [...all];
  return all.map((one) => (counts.get(one.verdict.is) === 1 ? { ...one, verdict: spare(one.verdict) } : one));
}

function spare(verdict: Verdict): Verdict {
  return { ...verdict, leak: 'no', because: `${verdict.because}; one alone may be a reserve` };
}
