import type { MachineLimits } from '../core/model/limits-report.ts';
import { byShare, shareOfQuota } from '../core/words/quotas.ts';
import { escapeText } from './text/escape.ts';
import { toNrOpenRow, isQuotaShown, toQuotaRow, toLimitsLines } from './limits-rows.ts';

/** At most so many users of one quota: the machine may have thousands. */
const MOST_USERS = 5;

/** The limits that all processes share, the nearest first. */
export function renderMachineLimits({ host, system, quotas }: MachineLimits, columns: number): string {
  const unknown = quotas.filter((quota) => shareOfQuota(quota) === null);
  const shown = [...byShare(quotas).filter((quota) => quota.used !== 0 || (quota.unread ?? 0) > 0), ...unknown].filter(
    isQuotaShown,
  );
  const rows = shown.filter((quota) => shown.filter(({ name }) => name === quota.name).indexOf(quota) < MOST_USERS);
  return [
    `${escapeText(host)}: limits that all processes share`,
    ...toLimitsLines([...rows.map(toQuotaRow), toNrOpenRow(system)], columns),
    '',
  ].join('\n');
}
