/** A descriptor of some process of this host: who holds the other end. */
export interface OtherEnd {
  readonly pid: number;
  readonly comm: string;
  readonly fd: number;
}

/** What a look at the tables of all processes of this host found. */
export interface OtherEnds {
  /** The links that were looked for. */
  readonly links: ReadonlySet<string>;
  /** The first holder of each link that was looked for, `socket:[39309]` or `pipe:[8] write`, and how many hold it. */
  readonly holders: ReadonlyMap<string, Holders>;
  /** Of loopback connections: the inode of the socket at the other end, by our own. */
  readonly peers: ReadonlyMap<string, string>;
  /** Of masters of pseudoterminals, `/dev/pts/7`: whether the other side was open once and no longer is. */
  readonly hangUps: ReadonlyMap<string, boolean>;
  /** Pipes, by their link, that say themselves that nobody holds their other end. */
  readonly lonePipes: ReadonlySet<string>;
  /** Whether every process could be looked at: only then does "nobody" mean nobody. */
  readonly isWhole: boolean;
}

export interface Holders {
  readonly first: OtherEnd;
  readonly count: number;
}
