import type { AlertNotice } from '../model/watch.ts';
import { toIso } from '../parse/iso-time.ts';

/** `fdleak.alert/1`: what `--exec` reads, `--webhook` receives and ndjson shows. */
export interface AlertDocument {
  readonly schema: 'fdleak.alert/1';
  readonly at: string;
  readonly is: AlertNotice['is'];
  readonly id: string;
  readonly rule: string;
  readonly severity: AlertNotice['severity'];
  readonly openedAt: string;
  readonly pid: number | null;
  readonly because: string;
}

export function toAlertDocument(notice: AlertNotice, pid: number | null): AlertDocument {
  const { at, openedAt, is, id, rule, severity, because } = notice;
  return { schema: 'fdleak.alert/1', at: toIso(at), is, id, rule, severity, openedAt: toIso(openedAt), pid, because };
}

/** The same as variables of an environment: `FDLEAK_RULE=near-limit`. */
export function toAlertVariables(document: AlertDocument): Readonly<Record<string, string>> {
  const { at, is, id, rule, severity, openedAt, pid, because } = document;
  return {
    FDLEAK_AT: at,
    FDLEAK_IS: is,
    FDLEAK_ID: id,
    FDLEAK_RULE: rule,
    FDLEAK_SEVERITY: severity,
    FDLEAK_OPENED_AT: openedAt,
    FDLEAK_PID: pid === null ? '' : `${pid}`,
    FDLEAK_BECAUSE: because.replaceAll('\0', ''),
  };
}
