import { isSubject, isVerdictName, type IgnorePattern } from '../model/budget.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { isGlobMatch } from './glob.ts';

const PREFIXED = /^(path|peer|kind|verdict|port):(.+)$/s;

/**
 * Reads a pattern: `path:/var/log/*`, `peer:10.0.0.5:5432`, `port:8080` (the local one), `kind:eventfd`, `verdict:bound`.
 * Without a prefix, `/…` is a path, and a kind or a verdict is itself. `*` stands for any text, `?` for any character.
 * undefined for anything else.
 */
export function parseIgnore(text: string): IgnorePattern | undefined {
  const [, field, glob] = PREFIXED.exec(text) ?? [];
  if (glob !== undefined) {
    if (field === 'path' || field === 'peer' || field === 'port') return { field, glob };
    if (!isSubject(glob)) return undefined;
    return isVerdictName(glob) === (field === 'verdict')
      ? { field: isVerdictName(glob) ? 'verdict' : 'kind', glob }
      : undefined;
  }
  if (text.startsWith('/')) return { field: 'path', glob: text };
  if (isSubject(text)) return { field: isVerdictName(text) ? 'verdict' : 'kind', glob: text };
  return undefined;
}

/** The descriptors that no pattern matches. */
export function withoutIgnored(descriptors: readonly Descriptor[], patterns: readonly IgnorePattern[]): Descriptor[] {
  return descriptors.filter(
    (one) => !patterns.some(({ field, glob }) => textsOf(one, field).some((text) => isGlobMatch(glob, text))),
  );
}

function textsOf({ kind, verdict, target, socket }: Descriptor, field: IgnorePattern['field']): readonly string[] {
  switch (field) {
    case 'kind':
      return [kind];
    case 'verdict':
      return [verdict.is];
    case 'path':
      return socket?.family === 'unix' && socket.path !== null ? [target, socket.path] : [target];
    case 'peer':
      return socket !== null && 'remote' in socket && socket.remote !== null
        ? [`${socket.remote.address}:${socket.remote.port}`, socket.remote.address]
        : [];
    case 'port':
      return socket !== null && 'local' in socket && socket.local !== null ? [`${socket.local.port}`] : [];
  }
}
