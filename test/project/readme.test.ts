import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { EXIT } from '../../src/cli/exit-code.ts';
import { VERDICTS } from '../../src/core/model/verdict.ts';
import { LEVELS } from '../../src/core/model/source.ts';
import { readText, ROOT } from './root.ts';

const readme = readText('README.md');
const reference = readText('docs/reference.md');

/** The part of the README, or of the reference, under a heading, without the parts below it. */
const section = (title: string): string =>
  `${readme}\n${reference}`.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '';

/** What stands in code marks in the first column of the tables of a part. */
const firstColumn = (part: string): string[] =>
  [...part.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code),
  );

/** What `fdleak … --help` prints. */
async function help(...command: string[]): Promise<string> {
  return (await execa(process.execPath, [`${ROOT}bin/fdleak.js`, ...command, '--help'])).stdout;
}

async function realCommands(): Promise<ReadonlySet<string>> {
  // Under several headings; options begin with a dash, and what goes on in a second line is indented further.
  return new Set([...(await help()).matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name));
}

test('the commands of the README are those of the program', async () => {
  const written = new Set(firstColumn(section('Use it')).map((code) => code.split(' ')[1] ?? ''));
  expect(written).toEqual(await realCommands());
});

test('the options that the README names exist', async () => {
  const commands = [...(await realCommands())].filter((name) => name !== 'help');
  const helps = await Promise.all(commands.map((name) => help(name)));
  const named = new Set([...readme.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([option]) => option));
  named.delete('--omit'); // of npm
  expect([...named].filter((option) => !helps.join('\n').includes(option))).toEqual([]);
});

test('the verdicts, levels and exit statuses of the reference are those of the program', () => {
  expect(new Set(firstColumn(section('Verdicts')))).toEqual(new Set(VERDICTS));
  expect(firstColumn(section('With less'))).toEqual([...LEVELS]);
  const statuses = [...section('Exit status').matchAll(/^\| (\d+) \|/gm)].map(([, status]) => Number(status));
  expect(new Set(statuses)).toEqual(new Set(Object.values(EXIT)));
});

test('the scripts that README and CONTRIBUTING call exist', () => {
  const { scripts } = JSON.parse(readText('package.json'));
  const text = `${readme}${readText('CONTRIBUTING.md')}`;
  const called = [...text.matchAll(/npm run ([a-z]+)/g)].map(([, name]) => name!);
  for (const name of [...called, 'start', 'test']) expect(scripts).toHaveProperty(name);
});

test('the first command of the README ends in the quickstart, and CI runs the second', () => {
  const [, block = ''] = /```sh\n([\s\S]*?)```/.exec(readme) ?? [];
  const commands = block
    .trim()
    .split('\n')
    .map((line) => line.split('#')[0]!.trim());
  expect(commands).toEqual(['npm ci && npm start', 'npm test']);
  expect(readText('.ci/run').split('\n')).toEqual(expect.arrayContaining(['npm ci', 'npm test']));
});

const manuals = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

test.each(manuals)('the links of %s lead somewhere, and the files that it names are there', (file) => {
  const text = readText(file);
  const links = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !target.startsWith('http'));
  expect(links.filter((target) => !existsSync(join(ROOT, dirname(file), target)))).toEqual([]);
  const named = [...text.matchAll(/`((?:src|test|scripts|bench|fixtures)\/[\w./-]+\.(?:ts|js|sh|py))`/g)].map(
    ([, name]) => name!,
  );
  expect(named.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
});
