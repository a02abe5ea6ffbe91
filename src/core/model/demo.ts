/** What `fdleak demo --json` prints. */
export interface DemoReport {
  readonly schema: 'fdleak.demo/1';
  /** Whether the leaky proxy leaked each client, all on the port of the service and watched by nobody, and the fixed one none. */
  readonly asTold: boolean;
  readonly clients: number;
  readonly stages: readonly DemoStage[];
}

export const DEMO_STAGES = ['healthy', 'close-wait', 'after'] as const;

/** What `fdleak inspect` counted at one stage of the story. */
export interface DemoStage {
  readonly proxy: 'leaky' | 'fixed';
  readonly stage: (typeof DEMO_STAGES)[number];
  readonly open: number | null;
  readonly orphaned: number;
  readonly certain: number;
  readonly peerClosed: number;
  /** The local port that all orphans carry; null without orphans, or when they carry several. */
  readonly acceptedOn: number | null;
  /** Orphans that an epoll set watches; null when not known. */
  readonly watched: number | null;
  /** Orphans that a handle of the proxy's Node report owns; null where no report was taken. */
  readonly handles: number | null;
}
