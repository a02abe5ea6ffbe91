/** @module-tag promtool amtool prometheus-alertmanager */
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { startAlertmanager } from './alertmanager.ts';
import { DEPLOY, makeFolder, readKit } from './kit.ts';

interface Rule {
  readonly alert: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const RULES: { readonly groups: readonly { readonly rules: readonly Rule[] }[] } = parse(
  readKit('prometheus/fdleak.rules.yaml'),
);
const rules = RULES.groups.flatMap((group) => group.rules);

/** Tests the rules as they are after `change`. */
async function testRules(change: (text: string) => string): Promise<number | undefined> {
  const folder = makeFolder();
  cpSync(`${DEPLOY}prometheus`, folder, { recursive: true });
  const path = join(folder, 'fdleak.rules.yaml');
  const before = readFileSync(path, 'utf8');
  writeFileSync(path, change(before));
  return (await execa('promtool', ['test', 'rules', 'fdleak.rules.test.yaml'], { cwd: folder, reject: false }))
    .exitCode;
}

describe('the alert rules', () => {
  test('pass their tests', async () => {
    expect(await testRules((text) => text)).toBe(0);
  });

  test.each([
    ['another threshold', 'ratio_max > 0.8', 'ratio_max > 0.9'],
    ['a forecast from changing workers', 'and changes(fdleak_group_processes[6h]) == 0', ''],
    ['a forecast from the first hours', 'and fdleak_group_worst_open_fds offset 6h', ''],
    ['dead sockets that pass', '"orphaned"}[15m]', '"orphaned"}[1m]'],
    ['a verdict that does not exist', '"peer-closed"', '"peer_closed"'],
    ['a name that is not quoted in a query', 'comm=%q', 'comm=\\"%s\\"'],
    ['a target that is up', 'up{job="fdleak"} == 0', 'up{job="fdleak"} == 1'],
  ])('fail them with %s', async (_, from, to) => {
    expect(await testRules((text) => text.replaceAll(from, to))).toBe(1);
  });

  test.each(rules.map(({ alert }) => alert))('fail them where %s never fires', async (alert) => {
    const silenced = (text: string): string => {
      const planted: { groups: { rules: { alert?: string; expr: string }[] }[] } = parse(text);
      for (const rule of planted.groups.flatMap((group) => group.rules))
        if (rule.alert === alert) rule.expr = 'absent(vector(1))';
      return stringify(planted);
    };
    expect(await testRules(silenced)).toBe(1);
  });

  test('have a test each, and a severity', () => {
    const tests = readKit('prometheus/fdleak.rules.test.yaml');
    for (const { alert, labels } of rules) {
      expect(tests).toContain(`alertname: ${alert}\n`);
      // A watch brings its own.
      if (alert !== 'FdWatchAlert') expect(labels?.['severity']).toMatch(/^(warning|critical)$/);
    }
  });

  test('lead to pages of this repository, also by the address that the manual puts there, and stand in the manual', async () => {
    const manual = readFileSync(`${DEPLOY}../docs/deploy/prometheus.md`, 'utf8');
    const [, sed = ''] = /^(sed .*) fdleak\.rules\.yaml /m.exec(manual) ?? [];
    const folder = makeFolder();
    cpSync(`${DEPLOY}prometheus/fdleak.rules.yaml`, join(folder, 'fdleak.rules.yaml'));
    await execa('sh', ['-c', `${sed} fdleak.rules.yaml`], { cwd: folder });
    const addressed = readFileSync(join(folder, 'fdleak.rules.yaml'), 'utf8');
    expect(addressed).not.toContain('fdleak.invalid/');
    for (const { alert, annotations } of rules) {
      expect(manual).toContain(`\`${alert}\``);
      const [, page = ''] = /^https:\/\/fdleak\.invalid\/(docs\/.+)$/.exec(annotations['runbook_url'] ?? '') ?? [];
      expect(page, alert).not.toBe('');
      expect(existsSync(`${DEPLOY}../${page}`), page).toBe(true);
      expect(addressed).toContain(`runbook_url: https://git.example/fdleak/blob/main/${page}`);
    }
  });

  test('are the same for the operator', () => {
    const text = readKit('kubernetes/prometheus-rule.yaml');
    expect(parse(text).spec).toEqual(RULES);
    expect(parse(text.replace('ratio_max > 0.8', 'ratio_max > 0.9')).spec).not.toEqual(RULES);
  });
});

test('the configurations of Prometheus and Alertmanager are accepted, and a misspelt key is not', async () => {
  const check = async (command: string, args: readonly string[], name: string, change = (text: string) => text) => {
    const folder = makeFolder();
    cpSync(`${DEPLOY}prometheus`, folder, { recursive: true });
    writeFileSync(join(folder, name), change(readFileSync(join(folder, name), 'utf8')));
    return (await execa(command, [...args, join(folder, name)], { reject: false })).exitCode;
  };
  expect(await check('promtool', ['check', 'config'], 'prometheus.yaml')).toBe(0);
  expect(await check('amtool', ['check-config'], 'alertmanager.yaml')).toBe(0);
  const misspell = (text: string): string =>
    text.replace('scrape_configs', 'scrape_config').replace('equal:', 'equals:');
  expect(await check('promtool', ['check', 'config'], 'prometheus.yaml', misspell)).toBe(1);
  expect(await check('amtool', ['check-config'], 'alertmanager.yaml', misspell)).toBe(1);
});

interface Told {
  readonly labels: { readonly alertname: string };
  readonly status: { readonly state: string };
}

test('a process that is full says nothing of near and almost full, another one still does', async () => {
  const { api, post } = await startAlertmanager();
  const [web, other] = [
    { instance: 'a', comm: 'web', unit: 'u' },
    { instance: 'a', comm: 'other', unit: 'u' },
  ];
  const alerts = [
    ...['FdFull', 'FdAlmostFull', 'FdNearLimit', 'FdCloseWait'].map((alertname) => ({ labels: { alertname, ...web } })),
    { labels: { alertname: 'FdNearLimit', ...other } },
  ];
  await post(alerts);
  const states = async (): Promise<string[]> => {
    const told: Told[] = JSON.parse(await (await fetch(api)).text());
    return told.map(({ labels, status }) => `${labels.alertname} ${status.state}`).toSorted();
  };
  await expect
    .poll(states)
    .toEqual([
      'FdAlmostFull suppressed',
      'FdCloseWait active',
      'FdFull active',
      'FdNearLimit active',
      'FdNearLimit suppressed',
    ]);
});
