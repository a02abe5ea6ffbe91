import type { Metric } from '../../core/metrics/metric.ts';

/**
 * Metrics in the text format of Prometheus, by prom-client, in a registry made for this one scan: a registry that stays would go on showing
 * groups that have ended, and 0 for what was never set.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export async function renderMetrics(metrics: readonly Metric[]): Promise<string> {
  const { Counter, Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  for (const { name, help, type, labels, samples } of metrics) {
    // A family without a sample would be shown as 0.
    if (samples.length === 0) continue;
    const options = { name, help, labelNames: [...labels], registers: [registry] };
    if (type === 'counter') {
      const counter = new Counter(options);
      for (const one of samples) counter.inc({ ...one.labels }, one.value);
    } else {
      const gauge = new Gauge(options);
      for (const one of samples) gauge.set({ ...one.labels }, one.value);
    }
  }
  return registry.metrics();
}
