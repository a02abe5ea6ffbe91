import { type Log, logToStderr } from '../log.ts';

export interface ProxyOptions {
  /** `leaky` waits as the original did; `fixed` is what a proxy should be. */
  readonly mode: 'leaky' | 'fixed';
  readonly host: string;
  /** Where S connects for ConnCmd; 0 = any free port, as for every port here. */
  readonly controlPort: number;
  readonly statusPort: number;
  /** Idle time before TCP keepalive probes a ClientSocket; Go's default, and the original's, is 15 s. */
  readonly keepaliveMs: number;
  /** Fixed: how long a client waits for its ServerSocket, a ServerSocket for its token, ConnCmd for its greeting. */
  readonly pairTimeoutMs: number;
  /** Fixed: how long a pair may move no byte either way. */
  readonly idleTimeoutMs: number;
  /** Fixed: interval of the pings on ConnCmd; three missed ones break it. */
  readonly heartbeatMs: number;
  /** How long `close()` lets pairs finish before it breaks them off. */
  readonly drainMs: number;
  readonly log: Log;
}

export const DEFAULT_PROXY_OPTIONS: ProxyOptions = {
  mode: 'fixed',
  host: '127.0.0.1',
  controlPort: 0,
  statusPort: 0,
  keepaliveMs: 15_000,
  pairTimeoutMs: 5_000,
  idleTimeoutMs: 600_000,
  heartbeatMs: 5_000,
  drainMs: 10_000,
  log: logToStderr,
};
