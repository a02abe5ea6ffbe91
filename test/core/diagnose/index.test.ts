import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyRule } from '../../../src/core/diagnose/case.ts';
import { diagnose, FINDING_IDS, RULES } from '../../../src/core/diagnose/index.ts';
import { SEVERITIES } from '../../../src/core/model/finding.ts';
import { VERDICTS } from '../../../src/core/model/verdict.ts';
import {
  aCase,
  anOrphan,
  anUnlisted,
  aPeerClosed,
  aSocket,
  aUnixSocket,
  HEALTHY_DESCRIPTORS,
  many,
  UNKNOWN_LIMITS,
} from '../../inspection-builder.ts';

const page = (id: string) => new URL(`../../../docs/findings/${id}.md`, import.meta.url);

describe('diagnose', () => {
  it('finds nothing in a healthy server', () => {
    expect(diagnose(aCase({ descriptors: [...HEALTHY_DESCRIPTORS, aUnixSocket()] }))).toEqual([]);
  });

  it('finds nothing to warn of in a healthy server with two passing closes and a connect under way', () => {
    const descriptors = [
      ...HEALTHY_DESCRIPTORS,
      ...many(40, aSocket),
      ...many(2, aPeerClosed, { fd: 200 }),
      aSocket({ fd: 300, is: 'connecting' }),
    ];

    expect(diagnose(aCase({ descriptors }))).toEqual([]);
  });

  it('finds nothing where nothing is known', () => {
    expect(
      diagnose(
        aCase({
          descriptors: [],
          limits: UNKNOWN_LIMITS,
          epollSets: null,
          viewer: { uid: null, hasSysResource: null },
        }),
      ),
    ).toEqual([]);
  });

  it('puts errors first, then warnings, then information', () => {
    const descriptors = [...HEALTHY_DESCRIPTORS, anUnlisted(), anOrphan({ descriptor: { watchedBy: [] } })];
    const found = diagnose(aCase({ descriptors, limits: { hard: 4096 } }));

    expect(found.map(({ id, severity }) => `${severity} ${id}`)).toEqual([
      'error orphaned-sockets',
      'warning unlisted-sockets',
      'info low-soft-limit',
      'info descriptors-unwatched',
    ]);
  });

  it('gives an error for certain orphans and the end of the limit alone', () => {
    const anySocket = fc.constantFrom(...VERDICTS.filter((is) => is !== 'orphaned')).map((is) => aSocket({ is }));
    fc.assert(
      fc.property(
        fc.array(fc.oneof(anySocket, fc.constant(anOrphan({ leak: 'suspect' }))), { maxLength: 60 }),
        (sockets) => {
          const descriptors = sockets.map((socket, fd) => ({ ...socket, fd }));
          expect(diagnose(aCase({ descriptors })).filter(({ severity }) => severity === 'error')).toEqual([]);
        },
      ),
    );
  });

  it('gives every finding a number, evidence, advice and its own id', () => {
    const anySocket = fc.constantFrom(
      ...VERDICTS.map((is) => aSocket({ is })),
      anOrphan(),
      anOrphan({ leak: 'suspect', descriptor: { watchedBy: null } }),
      aPeerClosed(),
      anUnlisted(),
    );
    fc.assert(
      fc.property(fc.array(anySocket, { maxLength: 60 }), (sockets) => {
        const subject = aCase({ descriptors: sockets.map((socket, fd) => ({ ...socket, fd })) });
        for (const rule of RULES) {
          const found = applyRule(rule, subject);
          if (found === null) continue;
          expect(found).toMatchObject({ id: rule.id, severity: expect.toSatisfy((s) => SEVERITIES.includes(s)) });
          expect(found.count).toBeGreaterThan(0);
          expect(found.evidence.length).toBeGreaterThan(0);
          expect(`${found.title}${found.evidence.join('')}${found.advice}`).not.toMatch(/undefined|NaN|null|Infinity/);
          expect(found.advice).toMatch(/\.$/);
          expect(found.facts).toHaveLength(found.evidence.length);
          expect(JSON.parse(JSON.stringify(found.facts))).toEqual(found.facts);
        }
      }),
    );
  });

  it.each(FINDING_IDS)('has a page that explains %s', (id) => {
    expect(existsSync(page(id))).toBe(true);
    const text = readFileSync(page(id), 'utf8');

    expect(text.startsWith(`# ${id}\n`)).toBe(true);
    for (const part of ['What it means', 'How it arises', 'Check it by hand', 'How to fix it', 'What it cannot tell'])
      expect(text).toContain(`\n## ${part}\n`);
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });
});

describe('a finding', () => {
  const folder = new URL('../../../src/core/diagnose/', import.meta.url);
  const source = new URL('../../../src/', import.meta.url);

  it.each(FINDING_IDS)('%s costs one file and a line of the registry', (id) => {
    const sources = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const naming = sources.filter((name) => readFileSync(new URL(name, source), 'utf8').includes(`id: '${id}'`));
    expect(naming).toEqual([`core/diagnose/${id}.ts`]);

    const constant = id.toUpperCase().replaceAll('-', '_');
    const lines = readFileSync(new URL('index.ts', folder), 'utf8').split('\n');
    expect(lines.filter((line) => line === `  ${constant},`)).toHaveLength(1);
    const using = sources.filter((name) =>
      readFileSync(new URL(name, source), 'utf8').includes(`import { ${constant} }`),
    );
    expect(using).toEqual(['core/diagnose/index.ts']);
  });
});
