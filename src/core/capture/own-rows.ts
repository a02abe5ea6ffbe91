/** What of a socket table belongs to one process: its inodes, and the ports it has something on. */
export interface Owned {
  readonly inodes: ReadonlySet<string>;
  readonly ports: ReadonlySet<number>;
}

const NO_OWNER = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:([0-9A-F]{4}) .*?\s0 \d/;
const WORDS = /\d+/g;

/**
 * Leaves the heading of a table of `/proc/<pid>/net` and the rows of one process: those with one of its inodes, and those
 * without an owner on one of its ports (TIME_WAIT). Other people's connections are nobody's business.
 */
export function ownRows(table: string, { inodes, ports }: Owned): string {
  const [heading = '', ...rows] = table.split('\n');
  const own = rows.filter((row) => {
    const [, local = '', remote = ''] = NO_OWNER.exec(row) ?? [];
    if (local !== '') return [local, remote].some((port) => ports.has(Number.parseInt(port, 16)));
    return (row.match(WORDS) ?? []).some((word) => inodes.has(word));
  });
  return `${[heading, ...own].join('\n')}\n`;
}
