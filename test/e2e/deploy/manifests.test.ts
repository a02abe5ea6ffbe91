import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
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
  '%s is what Kubernetes reads, and a misspelt key is not',
  async (name) => {
    const text = readKit(`kubernetes/${name}`);
    expect(await findTypeErrors(toModule(text))).toBe('');
    expect(await findTypeErrors(toModule(text.replace('readOnlyRootFilesystem', 'readOnlyRootFileSystem')))).toMatch(
      /FileSystem/,
    );
  },
);

test('the dashboard is what Grafana reads, and a misspelt key is not', async () => {
  const text = readKit('grafana/fdleak.json');
  expect(await findTypeErrors(toDashboard(text))).toBe('');
  expect(await findTypeErrors(toDashboard(text.replace('"gridPos"', '"gridPosition"')))).toMatch(/gridPosition/);
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

test('the monitor asks for the pods and the port that the DaemonSets have', () => {
  const { spec } = parse(readKit('kubernetes/pod-monitor.yaml'));
  for (const name of ['daemonset.yaml', 'daemonset-counts.yaml']) {
    const { template } = readDaemonSet(name).spec;
    expect(template.metadata.labels).toMatchObject(spec.selector.matchLabels);
    expect(template.spec.containers[0].ports.map((port) => port.name)).toContain(spec.podMetricsEndpoints[0].port);
    // The job is called after this label, and two rules ask for a job fdleak.
    expect(template.metadata.labels[spec.jobLabel]).toBe('fdleak');
  }
});
