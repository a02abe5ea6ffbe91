import { type Assertion, type AssertionReport, worstResult } from '../../core/model/assertion.ts';
import { type NagiosStatus, renderNagiosLine } from '../text/nagios-line.ts';
import { sayAssertion, sayProcess } from './evidence.ts';

/** From this share of an allowed number on, a budget that holds is a warning. */
const WARNING_SHARE = 0.9;

/** WARNING is for what holds, but only just. */
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

/** What an assertion came to as a line for Nagios. */
export function renderNagios(report: AssertionReport): string {
  const broken = report.assertions.filter(({ result }) => result !== 'passed');
  const shown = broken.length > 0 ? broken : report.assertions;
  const perfdata = [toOpen(report), ...report.assertions.map(toPerfdata)].filter((item) => item !== '');
  const text = `${sayProcess(report)}: ${shown.map(sayAssertion).join('; ')}`;
  return renderNagiosLine(nagiosStatusOf(report), text, perfdata);
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
