import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { findTypeErrors, readKit } from './kit.ts';

const TYPES = fileURLToPath(new URL('./types.ts', import.meta.url));

/** The manifests of a file as a module, each of the type that its `kind` names. */
function toModule(yaml: string): string {
  const manifests = parseAllDocuments(yaml).map((one): { kind: string } => one.toJSON());
  const lines = manifests.map((one, at) => `export const one${at}: ${one.kind} = ${JSON.stringify(one)};`);
  return [`import type { DaemonSet, ServiceAccount } from '${TYPES}';`, ...lines].join('\n');
}

/** The dashboard as a module: two of its words are members of an enum. */
function toDashboard(json: string): string {
  const text = json
    .replaceAll('"mode": "thresholds"', '"mode": FieldColorModeId.Thresholds')
    .replaceAll('"mode": "absolute"', '"mode": ThresholdsMode.Absolute');
  return `import { type Dashboard, FieldColorModeId, ThresholdsMode } from '${TYPES}';\nexport const one: Dashboard = ${text};`;
}

test.each(['daemonset.yaml', 'daemonset-counts.yaml'])(
  '%s is what Kubernetes reads; with a misspelt key or a field of another type it is not',
  async (name) => {
    const text = readKit(`kubernetes/${name}`);
    expect(await findTypeErrors(toModule(text))).toBe('');
    const planted = text.replace('readOnlyRootFilesystem', 'readOnlyRootFileSystem');
    expect(await findTypeErrors(toModule(planted))).toMatch(/FileSystem/);
    expect(await findTypeErrors(toModule(text.replace('hostPID: true', "hostPID: 'true'")))).toMatch(/TS2322.*string/);
  },
);

test('the dashboard is what Grafana reads; with a misspelt key or a field of another type it is not', async () => {
  const text = readKit('grafana/fdleak.json');
  expect(await findTypeErrors(toDashboard(text))).toBe('');
  expect(await findTypeErrors(toDashboard(text.replace('"gridPos"', '"gridPosition"')))).toMatch(/gridPosition/);
  expect(await findTypeErrors(toDashboard(text.replace(/"h": (\d+)/, '"h": "$1"')))).toMatch(/TS2322.*string/);
});

interface Security {
  readonly runAsUser: number;
  readonly allowPrivilegeEscalation: boolean;
  readonly capabilities: { readonly drop: readonly string[]; readonly add?: readonly string[] };
}

interface DaemonSet {
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: {
        readonly containers: readonly [
          { readonly securityContext: Security; readonly ports: readonly { readonly name: string }[] },
        ];
      };
    };
  };
}

function readDaemonSet(name: string): DaemonSet {
  return parseAllDocuments(readKit(`kubernetes/${name}`))[1]?.toJSON();
}

const securityOf = (name: string): Security => readDaemonSet(name).spec.template.spec.containers[0].securityContext;

test('one has root with four capabilities, the other nothing at all', () => {
  expect(securityOf('daemonset.yaml')).toMatchObject({
    runAsUser: 0,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'], add: ['SYS_PTRACE', 'DAC_READ_SEARCH', 'BPF', 'PERFMON'] },
  });
  const { runAsUser, capabilities } = securityOf('daemonset-counts.yaml');
  expect([runAsUser, capabilities]).toEqual([65_534, { drop: ['ALL'] }]);
});

interface PodMonitor {
  readonly spec: {
    readonly jobLabel: string;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly podMetricsEndpoints: readonly { readonly port: string; readonly path: string }[];
  };
}

/** What keeps the monitor from the pods of a DaemonSet; empty where nothing does. */
function findMissed({ spec }: PodMonitor, daemonSet: string): string[] {
  const { metadata, spec: pod } = readDaemonSet(daemonSet).spec.template;
  const ports = new Set(pod.containers[0].ports.map((port) => port.name));
  const missed = Object.entries(spec.selector.matchLabels).filter(([name, value]) => metadata.labels[name] !== value);
  return [
    ...missed.map(([name]) => `label ${name}`),
    ...spec.podMetricsEndpoints.flatMap(({ port }) => (ports.has(port) ? [] : [`port ${port}`])),
    ...spec.podMetricsEndpoints.flatMap(({ path }) => (path === '/metrics' ? [] : [`path ${path}`])),
    // The job is called after this label, and two rules ask for a job fdleak.
    ...(metadata.labels[spec.jobLabel] === 'fdleak' ? [] : [`job by ${spec.jobLabel}`]),
  ];
}

describe('the monitor', () => {
  const text = readKit('kubernetes/pod-monitor.yaml');

  test.each(['daemonset.yaml', 'daemonset-counts.yaml'])('asks for the pods and the port of %s', (name) => {
    expect(findMissed(parse(text), name)).toEqual([]);
  });

  test.each([
    ['port: metrics', 'port: metric', 'port metric'],
    ['path: /metrics', 'path: /metric', 'path /metric'],
    ['kubernetes.io/name: fdleak }', 'kubernetes.io/name: fd-leak }', 'label app.kubernetes.io/name'],
    ['jobLabel: app.kubernetes.io/name', 'jobLabel: app', 'job by app'],
  ])('would miss them with another %s', (from, to, missed) => {
    expect(findMissed(parse(text.replace(from, to)), 'daemonset.yaml')).toEqual([missed]);
  });
});
