import { type Assertion, type AssertionReport, worstResult } from '../../core/model/assertion.ts';
import { sayAssertion, sayProcess } from './evidence.ts';

export type NagiosStatus = 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN';

/** Exit statuses of a Nagios plugin. @see Monitoring Plugins Development Guidelines, plugin return codes */
export const NAGIOS_CODES = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 } as const satisfies Record<
  NagiosStatus,
  number
>;

/** From this share of an allowed number on, a budget that holds is a warning. */
const WARNING_SHARE = 0.9;

export function nagiosStatusOf({ assertions }: AssertionReport): NagiosStatus {
  switch (worstResult(assertions)) {
    case 'failed':
      return 'CRITICAL';
    case 'undecidable':
      return 'UNKNOWN';
    case 'passed':
      return assertions.some(isNear) ? 'WARNING' : 'OK';
  }
}

/**
 * One line and perfdata, as a Nagios plugin prints them.
 *
 *     FDLEAK CRITICAL - node (4242): max orphaned: expected <= 0, found 20 | fds=61;922;1024;0;1024 orphaned=20;;0;0
 *
 * @see Monitoring Plugins Development Guidelines, performance data
 */
export function renderNagios(report: AssertionReport): string {
  const broken = report.assertions.filter(({ result }) => result !== 'passed');
  const shown = broken.length > 0 ? broken : report.assertions;
  const text = shown.map(sayAssertion).join('; ').replaceAll('|', '/');
  const perfdata = [toOpen(report), ...report.assertions.map(toPerfdata)].filter((item) => item !== '').join(' ');
  const status = nagiosStatusOf(report);
  return `FDLEAK ${status} - ${sayProcess(report).replaceAll('|', '/')}: ${text}${perfdata === '' ? '' : ` | ${perfdata}`}\n`;
}

function toOpen({ open, soft, assertions }: AssertionReport): string {
  if (open === null) return '';
  const most = assertions.find(({ subject }) => subject === 'open')?.most ?? null;
  const warning = most === null ? '' : `${Math.floor(most * WARNING_SHARE)}`;
  return `fds=${open};${warning};${most ?? ''};0;${typeof soft === 'number' ? soft : ''}`;
}

function toPerfdata({ subject, most, found }: Assertion): string {
  if (subject === null || subject === 'open' || found === null) return '';
  return `${subject}=${found};;${most ?? ''};0`;
}

function isNear({ subject, most, found }: Assertion): boolean {
  return subject === 'open' && most !== null && (found ?? 0) >= most * WARNING_SHARE;
}
