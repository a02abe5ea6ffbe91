import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from './root.ts';

/** One violation a row: where it is planted, what it says, and the rule that must see it. */
const VIOLATIONS = [
  ['src/core/parse/a.ts', "import { readFileSync } from 'node:fs';", 'core is pure'],
  ['src/core/parse/b.ts', "import chalk from 'chalk';", 'core is pure'],
  ['src/core/parse/c.ts', "import { ProcFs } from '../../collect/proc-fs.ts';", 'core imports only core'],
  ['src/core/parse/d.ts', "import { render } from '../../report/index.ts';", 'core imports only core'],
  ['src/core/parse/e.ts', 'export const now = Date.now();', 'no-restricted-globals'],
  ['src/core/parse/f.ts', 'export const { pid } = process;', 'no-restricted-globals'],
  ['src/core/parse/g.ts', "console.log('x');", 'no-restricted-globals'],
  ['src/collect/a.ts', "import { inspect } from '../app/inspect.ts';", 'adapters import core'],
  ['src/collect/b.ts', "import { openHistory } from '../store/open-history.ts';", 'adapters import core'],
  ['src/store/a.ts', "import { ProcFs } from '../collect/proc-fs.ts';", 'adapters import core'],
  ['src/report/a.ts', "import { writeFileSync } from 'node:fs';", 'they do no I/O'],
  ['src/report/b.ts', "import { inspect } from '../app/inspect.ts';", 'report imports only core'],
  ['src/report/c.ts', 'export const wide = process.stdout.columns;', 'no-restricted-globals'],
  ['src/app/a.ts', "import { render } from '../report/index.ts';", 'app knows nothing of terminals'],
  ['src/app/b.ts', "import { Command } from 'commander';", 'app knows nothing of terminals'],
  ['src/app/c.ts', "import { EXIT } from '../cli/exit-code.ts';", 'app knows nothing of terminals'],
  ['src/app/d.ts', "import { readFileSync } from 'node:fs';", 'reads the world through collect'],
  ['src/app/inspect/e.ts', "import { readFile } from 'node:fs/promises';", 'reads the world through collect'],
  ['src/app/f.ts', 'export const now = Date.now();', "the clock is World's"],
  ['src/app/g.ts', 'export const now = performance.now();', "the clock is World's"],
  ['src/app/h.ts', 'export const { PATH } = process.env;', 'read at the edge'],
  ['src/collect/c.ts', "export const path = process.env['PATH'];", 'read at the edge'],
  ['src/store/b.ts', 'export const now = Date.now();', "the clock is World's"],
  ['src/cli/a.ts', "export const path = process.env['PATH'];", 'read at the edge'],
  ['src/library/a.ts', "import { EXIT } from '../cli/exit-code.ts';", 'nothing of terminals and histories'],
  ['src/library/b.ts', "import { openHistory } from '../store/open-history.ts';", 'nothing of terminals and histories'],
  ['src/library/c.ts', "import { Command } from 'commander';", 'nothing of terminals and histories'],
  ['src/library/d.ts', "import { readFileSync } from 'node:fs';", 'looks through app'],
  ['src/library/e.ts', 'export const now = performance.now();', "the clock is World's"],
  ['src/cli/commands/a.ts', "import { ProcFs } from '../../collect/proc-fs.ts';", 'commands call app'],
  ['src/cli/commands/b.ts', "import { readFileSync } from 'node:fs';", 'comes in through Context'],
  ['src/daemon/proxy/a.ts', "import { Command } from 'commander';", 'stands alone'],
  ['src/daemon/proxy/b.ts', "import { parseIp } from '../../core/parse/ip.ts';", 'stands alone'],
] as const;

/** What each layer may do, so that the rules are not merely "no". */
const ALLOWED = [
  ['src/core/parse/ok.ts', "export { parseIp } from './ip.ts';"],
  [
    'src/collect/ok.ts',
    "export { readFileSync } from 'node:fs';\nexport { toInode } from '../core/model/descriptor.ts';",
  ],
  ['src/report/ok.ts', "export { Chalk } from 'chalk';\nexport { VERDICTS } from '../core/model/verdict.ts';"],
  [
    'src/app/ok.ts',
    "export { ProcFs } from '../collect/proc-fs.ts';\nexport { VERDICTS } from '../core/model/verdict.ts';",
  ],
  ['src/app/watch/reserve.ts', "export { readFileSync } from 'node:fs';"],
  [
    'src/library/ok.ts',
    "export { inspect } from '../app/inspect/inspect.ts';\nexport { isMainThread } from 'node:worker_threads';",
  ],
  ['src/cli/commands/ok.ts', "export { inspect } from '../../app/inspect.ts';\nexport { Option } from 'commander';"],
  ['src/daemon/proxy/ok.ts', "export { connect } from 'node:net';\nexport { toFrame } from '../command/frame.ts';"],
] as const;

interface Report {
  readonly diagnostics: readonly {
    readonly filename: string;
    readonly message: string;
    readonly help?: string;
    readonly code: string;
  }[];
}

let report: Report;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fdleak-layers-'));
  copyFileSync(`${ROOT}.oxlintrc.json`, join(folder, '.oxlintrc.json'));
  for (const [path, text] of [...VIOLATIONS, ...ALLOWED]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `${text}\n`);
  }
  const { stdout } = await execa(`${ROOT}node_modules/.bin/oxlint`, ['--format', 'json'], {
    cwd: folder,
    reject: false,
  });
  report = JSON.parse(stdout);
});

afterAll(() => rmSync(folder, { recursive: true }));

const complaintsAbout = (path: string): readonly string[] =>
  report.diagnostics
    .filter(({ filename, code }) => filename === path && code.includes('no-restricted-'))
    .map(({ message, help, code }) => `${code} ${message} ${help ?? ''}`);

test.each(VIOLATIONS)('in %s the linter refuses: %s', (path, _text, rule) => {
  expect(complaintsAbout(path)).toEqual([expect.stringContaining(rule)]);
});

test.each(ALLOWED)('in %s the linter allows what its layer is for', (path) => {
  expect(complaintsAbout(path)).toEqual([]);
});
