/**
 * Makes the single file for boxes without Node: dist-bin/fdleak-linux-x64, by Bun's own compiler.
 *
 *     npm run build:binary              for x64
 *     npm run build:binary -- arm64     across: compiled here, by the Bun of this machine
 *     npm run build:binary -- x64-musl  for Alpine, where libstdc++ must be installed beside musl
 *
 * Bun comes from its npm package and must have the hash below. The sources are compiled in a folder of a fixed name, since their paths get into
 * the file: two clones make the same bytes. Never strip the result: what is appended to Bun would be gone.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportCrashesToUs } from './single-file-crash.js';
import { askForProcFirst } from './single-file-start.js';
import { writeThirdParty } from './third-party.js';

const BUN = {
  name: '@oven/bun-linux-x64-baseline',
  version: '1.4.5',
  sha512: 's8yMwYcFnnrA178gji0gZbkE2WVDej/Ti1x770oPfihxyRxSMNhGhiAQNXV53aDeraZxksdvKV/RAdQBCd0qPA==',
};
/** What the files for other machines begin with. */
const ACROSS = {
  arm64: {
    name: '@oven/bun-linux-aarch64',
    version: BUN.version,
    sha512: '4BXmsSKnjOrlGWqZV4x/oWa7AVoR+B6lCXddMzOAXBIm3t50eslg9wb66gmtW1AamEQ1l1CDvmmruysEhqOWMg==',
  },
  'x64-musl': {
    name: '@oven/bun-linux-x64-musl-baseline',
    version: BUN.version,
    sha512: 'cWJhU8h0+MiUgpSt99sQhjxLIIosKEcKYdtKddohokUvAuN6jKOy7g7+QDTZTXtwHxz93wL3BX+L6wXVPDUH3A==',
  },
};
const WORKSHOP = '/tmp/fdleak-single-file';
const target = process.argv[2] ?? 'x64';
const NAME = `fdleak-linux-${target}`;
const COMPILE = [
  '--compile',
  '--minify',
  '--bytecode',
  // A start reads and evaluates only what its command needs.
  '--format=esm',
  '--splitting',
  // Most runs are over before compiled code has paid for its compilation (docs/decisions/0012-single-file.md).
  '--compile-jit-policy=100',
  // Else a bunfig.toml, .env, tsconfig.json or package.json of the folder it is started in is read, and may run code as root.
  '--no-compile-autoload-dotenv',
  '--no-compile-autoload-bunfig',
  '--no-compile-autoload-tsconfig',
  '--no-compile-autoload-package-json',
  '--external=koffi',
  '--external=libsql',
];

const root = fileURLToPath(new URL('../', import.meta.url));
/** A Bun that was linked anew, with another WebKit or tinycc: dist-bin/THIRD-PARTY.md. */
const own = process.env['FDLEAK_BUN'];
const bun = own ?? fetchBun(BUN);
const across = target === 'x64' ? [] : toAcross(target);
makeWorkshop();
try {
  execFileSync(bun, ['build', ...COMPILE, ...across, 'single-file.ts', '--outfile', NAME], {
    cwd: WORKSHOP,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  mkdirSync(`${root}dist-bin`, { recursive: true });
  const made = reportCrashesToUs(askForProcFirst(readFileSync(join(WORKSHOP, NAME))));
  writeFileSync(`${root}dist-bin/.${NAME}`, made, { mode: 0o755 });
  renameSync(`${root}dist-bin/.${NAME}`, `${root}dist-bin/${NAME}`);
} finally {
  rmSync(WORKSHOP, { recursive: true });
}
if (target === 'x64') writeThirdParty(bun, root);
const made = readFileSync(`${root}dist-bin/${NAME}`);
console.log(
  `dist-bin/${NAME}  ${(made.length / 1e6).toFixed(1)} MB  sha256 ${createHash('sha256').update(made).digest('hex')}`,
);

function toAcross(name) {
  const other = ACROSS[name];
  if (other === undefined) throw new Error(`${name} is not one of x64, ${Object.keys(ACROSS).join(', ')}`);
  return [`--target=bun-linux-${name}`, `--compile-executable-path=${fetchBun(other)}`];
}

/** The path of a Bun that is pinned above, taken from npm at the first call. */
function fetchBun({ name, version, sha512 }) {
  const cache = `${root}node_modules/.cache/fdleak`;
  const tarball = join(cache, `${name.slice(1).replace('/', '-')}-${version}.tgz`);
  mkdirSync(cache, { recursive: true });
  if (!existsSync(tarball))
    execFileSync('npm', ['pack', `${name}@${version}`, '--pack-destination', cache], { stdio: 'ignore' });
  const found = createHash('sha512').update(readFileSync(tarball)).digest('base64');
  if (found !== sha512) throw new Error(`${tarball} is not the Bun that is pinned: sha512 ${found}`);
  const folder = tarball.replace(/\.tgz$/, '');
  mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', folder, 'package/bin/bun']);
  return join(folder, 'package/bin/bun');
}

/** A folder that others may write is not compiled from. */
function makeWorkshop() {
  if (existsSync(WORKSHOP)) {
    const { uid } = lstatSync(WORKSHOP);
    if (uid !== process.getuid?.()) throw new Error(`${WORKSHOP} belongs to user ${uid}: remove it`);
    rmSync(WORKSHOP, { recursive: true });
  }
  mkdirSync(WORKSHOP, { mode: 0o700 });
  for (const name of ['src', 'package.json', 'tsconfig.json'])
    cpSync(root + name, join(WORKSHOP, name), { recursive: true });
  writeFileSync(join(WORKSHOP, 'single-file.ts'), toEntry());
  symlinkSync(`${root}node_modules`, join(WORKSHOP, 'node_modules'));
}

/** bin/fdleak.js, with the pages inside instead of beside it. */
function toEntry() {
  const pages = Object.fromEntries(
    ['findings', 'topics'].flatMap((folder) =>
      readdirSync(`${root}docs/${folder}`)
        .sort()
        .map((name) => [name.replace(/\.md$/, ''), readFileSync(`${root}docs/${folder}/${name}`, 'utf8')]),
    ),
  );
  const charts = Object.fromEntries(
    ['uPlot.iife.min.js', 'uPlot.min.css'].map((name) => [
      name,
      readFileSync(`${root}node_modules/uplot/dist/${name}`, 'utf8'),
    ]),
  );
  return `import { main } from './src/cli/main.ts';
const PAGES = ${JSON.stringify(pages)};
const CHARTS = ${JSON.stringify(charts)};
const SCRIPT = ${JSON.stringify(readFileSync(`${root}bin/capture.sh`, 'utf8'))};
main(process.argv.slice(2), { self: [process.execPath], page: (id) => PAGES[id], captureScript: () => SCRIPT, chartFile: (name) => CHARTS[name] }).then(
  (status) => process.exit(status),
  (error) => {
    process.stderr.write(\`fdleak: internal error, please report it: \${error?.stack ?? error}\\n\`);
    process.exit(70);
  },
);
`;
}
