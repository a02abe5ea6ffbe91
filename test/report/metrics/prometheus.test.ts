import { expect, it } from 'vitest';
import { gauge } from '../../../src/core/metrics/metric.ts';
import { renderMetrics } from '../../../src/report/metrics/prometheus.ts';

it('writes each sample with its own labels, and no family that has none', async () => {
  const text = await renderMetrics([
    gauge('fdleak_group_fds', 'By verdict.', [
      { labels: { comm: 'a "b"\n\\', verdict: 'in-use' }, value: 3 },
      { labels: { comm: 'web', verdict: 'orphaned' }, value: 0.5 },
    ]),
    gauge('fdleak_places_dropped', 'Nothing known.', []),
    { ...gauge('fdleak_scan_errors_total', 'Failed.', [{ labels: {}, value: 2 }]), type: 'counter' },
  ]);
  expect(text).toBe(String.raw`# HELP fdleak_group_fds By verdict.
# TYPE fdleak_group_fds gauge
fdleak_group_fds{comm="a \"b\"\n\\",verdict="in-use"} 3
fdleak_group_fds{comm="web",verdict="orphaned"} 0.5

# HELP fdleak_scan_errors_total Failed.
# TYPE fdleak_scan_errors_total counter
fdleak_scan_errors_total 2
`);
});
