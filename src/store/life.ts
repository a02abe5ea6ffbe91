import type { VerdictChange, Life } from '../core/model/life.ts';
import type { Endpoint } from '../core/model/socket.ts';
import type { Database } from './database.ts';
import { BrokenRow, type Row } from './row.ts';

/** A life keeps its first verdict and the latest ones: a descriptor that flaps for months stays small. */
const KEPT_VERDICTS = 32;

/** Writes a life, over the row it had before. */
export function writeLife(db: Database, life: Life): void {
  db.run('INSERT OR REPLACE INTO lives VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
    life.id,
    life.segment,
    life.fd,
    life.tid,
    life.inode,
    life.kind,
    life.target,
    life.firstSeen,
    life.lastSeen,
    life.suspect ? 1 : 0,
    toVerdictsText(life.verdicts),
    toEndpointText(life.local),
    toEndpointText(life.remote),
    toEndpointText(life.lastPeer),
    toEndpointText(life.acceptedOn),
    life.place,
  ]);
}

export function readLife(row: Row): Life {
  return {
    id: row.int(0),
    segment: row.int(1),
    fd: row.int(2),
    tid: row.maybeInt(3),
    inode: row.maybeText(4),
    kind: row.text(5),
    target: row.text(6),
    place: row.maybeText(15),
    firstSeen: row.int(7),
    lastSeen: row.maybeInt(8),
    suspect: row.int(9) === 1,
    verdicts: readVerdictsText(row.text(10)),
    local: readEndpointText(row.maybeText(11)),
    remote: readEndpointText(row.maybeText(12)),
    lastPeer: readEndpointText(row.maybeText(13)),
    acceptedOn: readEndpointText(row.maybeText(14)),
  };
}

/** `1764000000000 established,1764000060000 orphaned` */
function toVerdictsText(verdicts: readonly VerdictChange[]): string {
  const kept =
    verdicts.length > KEPT_VERDICTS ? [...verdicts.slice(0, 1), ...verdicts.slice(1 - KEPT_VERDICTS)] : verdicts;
  return kept.map(({ at, verdict }) => `${at} ${verdict}`).join(',');
}

function readVerdictsText(text: string): VerdictChange[] {
  if (text === '') return [];
  return text.split(',').map((part) => {
    const [at = '', verdict = ''] = part.split(' ');
    if (!/^\d+$/.test(at)) throw new BrokenRow(`a verdict change should begin with a time, found ${part}`);
    return { at: Number(at), verdict };
  });
}

/** `8080 ::ffff:127.0.0.1`: the port first, an address may hold anything. */
function toEndpointText(endpoint: Endpoint | null): string | null {
  return endpoint === null ? null : `${endpoint.port} ${endpoint.address}`;
}

function readEndpointText(text: string | null): Endpoint | null {
  if (text === null) return null;
  const [, port, address] = /^(\d+) (.*)$/s.exec(text) ?? [];
  if (port === undefined || address === undefined)
    throw new BrokenRow(`an endpoint should be a port and an address, found ${text}`);
  return { address, port: Number(port) };
}
