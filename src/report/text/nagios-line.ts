export type NagiosStatus = 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN';

/** Exit statuses of a Nagios plugin. @see Monitoring Plugins Development Guidelines, plugin return codes */
export const NAGIOS_CODES = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 } as const satisfies Record<
  NagiosStatus,
  number
>;

/**
 * The one line that a Nagios plugin prints. A `|` in the text would begin the perfdata.
 *
 *     FDLEAK CRITICAL - node (4242): max orphaned: expected <= 0, found 20 | fds=61;922;1024;0;1024 orphaned=20;;0;0
 *
 * @see Monitoring Plugins Development Guidelines, performance data
 */
export function renderNagiosLine(status: NagiosStatus, text: string, perfdata: readonly string[]): string {
  const numbers = perfdata.length === 0 ? '' : ` | ${perfdata.join(' ')}`;
  return `FDLEAK ${status} - ${text.replaceAll('|', '/')}${numbers}\n`;
}
