import { type Descriptor, KINDS } from '../model/descriptor.ts';

/** What `--holding` asks for. */
export type Holding =
  | { readonly of: 'deleted' }
  | { readonly of: 'port'; readonly port: number }
  | { readonly of: 'kind'; readonly kind: Descriptor['kind'] }
  | { readonly of: 'path'; readonly path: string };

const MOST_PORT = 65_535;

/** Reads `deleted`, `:8080`, a kind such as `inotify`, or an absolute path. undefined for anything else. */
export function parseHolding(text: string): Holding | undefined {
  if (text === 'deleted') return { of: 'deleted' };
  const [, port] = /^:(\d{1,5})$/.exec(text) ?? [];
  if (port !== undefined) return Number(port) <= MOST_PORT ? { of: 'port', port: Number(port) } : undefined;
  const kind = KINDS.find((one) => one === text);
  if (kind !== undefined) return { of: 'kind', kind };
  return text.startsWith('/') ? { of: 'path', path: text.length > 1 ? text.replace(/\/+$/, '') : text } : undefined;
}

/** Whether a descriptor is what is asked for. A path stands for all that is below it, and for what it was before it was deleted. */
export function isHolding({ kind, deleted, target, socket }: Descriptor, holding: Holding): boolean {
  switch (holding.of) {
    case 'deleted':
      return deleted;
    case 'kind':
      return kind === holding.kind;
    case 'path': {
      const name = deleted ? target.replace(/ \(deleted\)$/, '') : target;
      return name === holding.path || name.startsWith(holding.path === '/' ? '/' : `${holding.path}/`);
    }
    case 'port':
      if (socket === null || !('local' in socket)) return false;
      return [socket.local, socket.remote, socket.acceptedOn].some((end) => end?.port === holding.port);
  }
}
