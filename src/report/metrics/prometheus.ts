import type { Metric } from '../../core/metrics/metric.ts';

/** prom-client keeps the text of an object of shared labels, and would make an object for each sample that has none. */
const NONE = {};

/**
 * Metrics in the text format of Prometheus, by prom-client, in a registry made for this one scan: a registry that stays would go on showing
 * groups that have ended, and 0 for what was never set. Each set of labels comes once in a family.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export async function renderMetrics(metrics: readonly Metric[]): Promise<string> {
  const { Counter, Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  for (const { name, help, type, samples } of metrics) {
    // A family without a sample would be shown as 0.
    if (samples.length === 0) continue;
    const family = new (type === 'counter' ? Counter : Gauge)({ name, help, registers: [registry] });
    const told = await family.get();
    // Set one by one, 5,000 of them take longer to be copied and hashed than to be written.
    const values = samples.map(({ labels, value }) => ({ labels, value, sharedLabels: NONE }));
    family.get = async () => ({ ...told, values });
  }
  return registry.metrics();
}
