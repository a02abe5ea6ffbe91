/** What manifests and dashboards are checked against, by tsc. */
export type { DaemonSet } from 'kubernetes-types/apps/v1.d.ts';
export type { ServiceAccount } from 'kubernetes-types/core/v1.d.ts';
export { type Dashboard, FieldColorModeId, ThresholdsMode } from '@grafana/schema';
