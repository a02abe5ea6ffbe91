import { describe, expect, it } from 'vitest';
import { type Metric, toLabel } from '../../../src/core/metrics/metric.ts';
import { toScanMetrics } from '../../../src/core/metrics/scan-metrics.ts';
import type { ScannedProcess } from '../../../src/core/model/scanned-process.ts';
import { aScan } from '../scan/scanned-process.ts';

const aScanned = (pid: number, differs: Partial<ScannedProcess> = {}): ScannedProcess => ({
  pid,
  comm: 'web',
  startTicks: pid,
  uid: 33,
  pidInNamespace: null,
  unit: 'web.service',
  container: null,
  open: 10,
  soft: 100,
  hard: 100,
  user: 'www-data',
  cmdline: null,
  standing: 'ok',
  because: null,
  utilization: 0.1,
  free: 90,
  byVerdict: { established: 4, 'in-use': 6 },
  places: [],
  findings: [],
  holding: null,
  ...differs,
});

const metricsOf = (processes: readonly ScannedProcess[], showsPlaces = true): Metric[] =>
  toScanMetrics(aScan(processes), { errors: 0, showsPlaces, quotas: [], oldestLookMs: null });

const samplesOf = (metrics: readonly Metric[], name: string): Metric['samples'] =>
  metrics.find((one) => one.name === name)?.samples ?? [];

const group = { comm: 'web', unit: 'web.service', container_id: '', pod_uid: '' };

const PLACE = {
  what: 'dead tcp',
  where: 'accepted on 127.0.0.1:8080',
  count: 40,
  leak: 'certain',
  objects: 40,
  perHour: null,
} as const;

describe('toScanMetrics', () => {
  it('shows the worker that is nearest to its limit, which a sum would hide', () => {
    const metrics = metricsOf([aScanned(1), aScanned(2, { open: 95, utilization: 0.95 }), aScanned(3)]);
    expect(samplesOf(metrics, 'fdleak_group_open_fds')).toEqual([{ labels: group, value: 115 }]);
    expect(samplesOf(metrics, 'fdleak_group_fd_utilization_ratio_max')).toEqual([{ labels: group, value: 0.95 }]);
    expect(samplesOf(metrics, 'fdleak_group_worst_open_fds')).toEqual([{ labels: group, value: 95 }]);
    expect(samplesOf(metrics, 'fdleak_group_worst_max_fds')).toEqual([{ labels: group, value: 100 }]);
  });

  it('has no series for what is not known: neither 0 nor half a sum', () => {
    const metrics = metricsOf([aScanned(1), aScanned(2, { open: null, utilization: null, byVerdict: null })]);
    expect(samplesOf(metrics, 'fdleak_group_open_fds')).toEqual([]);
    expect(samplesOf(metrics, 'fdleak_group_processes')).toEqual([{ labels: group, value: 2 }]);
    expect(samplesOf(metrics, 'fdleak_quota_limit')).toEqual([]);
    expect(samplesOf(metrics, 'fdleak_quota_used')[0]?.value).toBe(900);
  });

  it('has no series for a limit that is none', () => {
    const metrics = metricsOf([aScanned(1, { soft: 'unlimited', utilization: null })]);
    expect(samplesOf(metrics, 'fdleak_group_worst_max_fds')).toEqual([]);
    expect(samplesOf(metrics, 'fdleak_top_process_open_fds')).toHaveLength(1);
  });

  it('counts descriptors of a group by verdict', () => {
    const verdicts = samplesOf(metricsOf([aScanned(1), aScanned(2)]), 'fdleak_group_fds');
    expect(verdicts).toEqual([
      { labels: { ...group, verdict: 'established' }, value: 8 },
      { labels: { ...group, verdict: 'in-use' }, value: 12 },
    ]);
  });

  it('counts processes of a group by finding', () => {
    const found = samplesOf(
      metricsOf([aScanned(1, { findings: ['near-limit'] }), aScanned(2)]),
      'fdleak_group_finding_processes',
    );
    expect(found).toEqual([{ labels: { ...group, finding: 'near-limit' }, value: 1 }]);
  });

  it('tells what users have of their quotas, by name where there is one, the nearest first and 100 at most', () => {
    const name = 'fs.inotify.max_user_instances';
    const quotas = Array.from({ length: 150 }, (_, uid) => ({ name, uid, used: uid, limit: 128 }));
    const metrics = toScanMetrics(aScan([aScanned(1, { uid: 149 })]), {
      errors: 0,
      showsPlaces: true,
      quotas,
      oldestLookMs: null,
    });
    const used = samplesOf(metrics, 'fdleak_quota_used');
    expect(used.slice(0, 3)).toEqual([
      { labels: { quota: 'fs.file-max', user: '' }, value: 900 },
      { labels: { quota: name, user: 'www-data' }, value: 149 },
      { labels: { quota: name, user: '148' }, value: 148 },
    ]);
    expect(used).toHaveLength(101);
  });

  it('has one series for two numbers of one user name, that of the nearer to its limit', () => {
    const quotas = [40, 41].map((uid) => ({ name: 'fs.inotify.max_user_instances', uid, used: uid, limit: 128 }));
    const scan = aScan([aScanned(1, { uid: 40 }), aScanned(2, { uid: 41 })]);
    const metrics = toScanMetrics(scan, { errors: 0, showsPlaces: true, quotas, oldestLookMs: null });
    expect(samplesOf(metrics, 'fdleak_quota_used').map(({ value }) => value)).toEqual([900, 41]);
  });

  it('stays below 5,000 series, keeps the worst, and says how many groups have none', () => {
    const many = Array.from({ length: 3000 }, (_, pid) =>
      aScanned(pid, { comm: `job-${pid}`, ...(pid === 2999 ? { standing: 'leak', utilization: 0.9 } : {}) }),
    );
    const places = Array.from({ length: 300 }, (_, at) => ({ ...PLACE, where: `/srv/${at}` }));
    const quotas = Array.from({ length: 150 }, (_, uid) => ({
      name: 'fs.inotify.max_user_instances',
      uid,
      used: uid,
      limit: 128,
    }));
    const metrics = toScanMetrics(aScan([...many, aScanned(9999, { comm: 'most', places, utilization: 0.99 })]), {
      errors: 0,
      showsPlaces: true,
      quotas,
      oldestLookMs: 1,
    });
    expect(metrics.reduce((all, { samples }) => all + samples.length, 0)).toBeLessThanOrEqual(5000);
    const dropped = samplesOf(metrics, 'fdleak_groups_dropped')[0]?.value ?? 0;
    expect(dropped + samplesOf(metrics, 'fdleak_group_processes').length).toBe(3001);
    expect(samplesOf(metrics, 'fdleak_group_processes').map(({ labels }) => labels['comm'])).toContain('job-2999');
  });

  it('tells places only where that was allowed', () => {
    const processes = [aScanned(1, { places: [PLACE] }), aScanned(2, { places: [PLACE] })];
    expect(samplesOf(metricsOf(processes), 'fdleak_group_place_fds')).toEqual([
      { labels: { ...group, place: 'dead tcp accepted on 127.0.0.1:8080' }, value: 80 },
    ]);
    expect(samplesOf(metricsOf(processes, false), 'fdleak_group_place_fds')).toEqual([]);
  });
});

describe('toLabel', () => {
  it.each([
    ['x'.repeat(200), 128],
    ['é'.repeat(200), 127],
    ['🦊'.repeat(200), 127],
    ['short', 5],
    ['x'.repeat(128), 128],
    [`${'x'.repeat(124)}🦊`, 128],
  ])('keeps %s within 128 bytes', (text, bytes) => {
    expect(Buffer.byteLength(toLabel(text))).toBe(bytes);
  });
});
