/** What `--name` looks for: matches in time linear in the text. */
export interface Pattern {
  readonly source: string;
  test(text: string): boolean;
}

/** How a process is named on the command line. */
export type Target =
  | { readonly by: 'pid'; readonly pid: number }
  | { readonly by: 'name'; readonly pattern: Pattern }
  | { readonly by: 'port'; readonly port: number }
  | { readonly by: 'pidfile'; readonly path: string }
  | { readonly by: 'unit'; readonly unit: string }
  | { readonly by: 'cgroup'; readonly path: string };

/** A process that a target names. */
export interface Match {
  readonly pid: number;
  readonly ppid: number;
  readonly startTicks: number;
  readonly comm: string;
}
