import type { Fact } from '../model/finding.ts';

/** A fact, and the one sentence that says it. */
export interface Statement {
  readonly fact: Fact;
  readonly sentence: string;
}

/**
 * One kind of evidence: its name, its data, its words. The words see nothing but the data, so that neither can drift from the other.
 *
 *     const highest = toStatement('highest-fd', ({ fd }: { fd: number }) => `the highest number in use is ${fd}`);
 *     highest({ fd: 73 }) -> { fact: { kind: 'highest-fd', fd: 73 }, sentence: 'the highest number in use is 73' }
 */
export function toStatement<Data extends Readonly<Record<string, unknown>>>(
  kind: string,
  say: (data: Data) => string,
): (data: Data) => Statement {
  return (data) => ({ fact: { kind, ...data }, sentence: say(data) });
}

/** As {@link toStatement}, for what is always said in the same words. */
export function toNote(kind: string, sentence: string): Statement {
  return { fact: { kind }, sentence };
}

/** `count` of `total` sockets or descriptors. */
export type PartOfTotal = { readonly count: number; readonly total: number };
