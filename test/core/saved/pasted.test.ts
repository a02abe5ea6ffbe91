import { describe, expect, it } from 'vitest';
import { inspectFiles } from '../../../src/core/saved/inspect-files.ts';
import { readSaved } from '../../../src/core/saved/read-saved.ts';
import { NO_STACKS } from '../../../src/core/saved/stack-evidence.ts';
import { summarise } from '../../../src/core/saved/summarise.ts';
import { fixture } from '../../lines.ts';

const LSOF = fixture('saved/01-lsof-4.95.txt').trimEnd().split('\n');
const LS = fixture('saved/07-ls-l-prompts.txt').trimEnd().split('\n').slice(2);
const STATES = { LISTEN: 2, CLOSE_WAIT: 3, ESTABLISHED: 2 };

const partsOf = (lines: readonly string[] | string) =>
  readSaved(typeof lines === 'string' ? lines : lines.join('\n')).parts;
/** What the first part with descriptors says. */
const factsOf = (lines: readonly string[] | string) => {
  const part = partsOf(lines).find(({ content }) => content.kind === 'descriptors');
  return part === undefined ? null : summarise(part);
};
const broken = (line: string, width: number): readonly string[] =>
  Array.from({ length: Math.ceil(line.length / width) }, (_, at) => line.slice(at * width, (at + 1) * width));
/** As mail programs do it: between words. */
function wrapped(line: string, width: number): readonly string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const at = rest.lastIndexOf(' ', width);
    lines.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).trimStart();
  }
  return [...lines, rest];
}

describe('readSaved of a listing that', () => {
  it.each<readonly [string, readonly string[] | string]>([
    ['each line has a time', LSOF.map((line) => `2026-11-25T10:15:31.123456789Z ${line}`)],
    ['docker compose printed', LSOF.map((line) => `relay-1  | ${line}`)],
    ['pssh printed', LSOF.map((line) => `relay1: ${line}`)],
    ['has numbered lines', LSOF.map((line, at) => `${`${at + 1}`.padStart(6)}\t${line}`)],
    ['grep -n printed', LSOF.map((line, at) => `${at + 1}:${line}`)],
    ['is a list of bullets', LSOF.map((line) => `- ${line}`)],
    ['a diff added', LSOF.map((line) => `+${line}`)],
    ['is a table of Markdown', LSOF.map((line) => `| ${line.split(/\s+(?=.*\S\s+\S+$)/).join(' | ')} |`)],
    ['is wrapped by mail at 72', LSOF.flatMap((line) => wrapped(line, 72))],
    ['is wrapped by mail at 76 and quoted', LSOF.flatMap((line) => wrapped(line, 76)).map((line) => `> ${line}`)],
    ['is wrapped by a terminal of 60', LSOF.flatMap((line) => broken(line, 60))],
    ['syslog printed', LSOF.map((line) => `2026-11-25T20:01:05.123456+00:00 box diag.sh[123]: ${line}`)],
    ['a container logged', LSOF.map((line) => `2026-11-25T20:01:05.123Z app-7d9f stdout F ${line}`)],
    ['kubectl printed with times', LSOF.map((line) => `[pod/app-7/app] 2026-11-25T20:01:05.123Z ${line}`)],
    ['has numbers and bars', LSOF.map((line, at) => `${`${at + 1}`.padStart(4)} | ${line}`)],
    ['bat printed', LSOF.map((line, at) => `${`${at + 1}`.padStart(4)}   │ ${line}`)],
    ['has numbers and colons', LSOF.map((line, at) => `${`${at + 1}`.padStart(4)}: ${line}`)],
    ['stands in a box', LSOF.map((line) => `│ ${line.padEnd(140)} │`)],
    ['is quoted, with an empty line quoted as well', LSOF.flatMap((line) => [`> ${line}`, '>'])],
    ['Ansible printed', ['  "out.stdout_lines": [', ...LSOF.map((line) => `    ${JSON.stringify(line)},`), '  ]']],
    ['is a table of Markdown, each word a cell', LSOF.map((line) => `| ${line.trim().split(/\s+/).join(' | ')} |`)],
    ['stands in HTML', `<pre><code>${LSOF.join('\n').replaceAll('>', '&gt;')}</code></pre>`],
    ['stands in a block of Jira', ['{noformat}', ...LSOF, '{noformat}']],
    ['was paged', [...LSOF.slice(0, 20), '--More--', ...LSOF.slice(20), '(END)']],
  ])('%s', (_, lines) => {
    expect(factsOf(lines)).toMatchObject({
      descriptors: 36,
      sockets: 21,
      unlistedTcp: 8,
      states: STATES,
      pids: [31_653],
    });
  });

  it.each<readonly [string, (line: string) => string]>([
    ['has escapes that a screen spelt', (line) => `^[[01;36m${line}^[[0m`],
    ['has escapes that lost their first character', (line) => line.replace(/(\d+) ->/, '[01;36m$1[0m ->')],
    ['an editor made arrows of', (line) => line.replace('->', '→')],
    ['an editor made dashes of', (line) => line.replaceAll('--', '—').replace('->', '→')],
    ['another editor made arrows of', (line) => line.replace('->', '–>')],
    [
      'find -ls printed',
      (line) => line.replace(/^l/, '  13590170      0 l').replace(/(\d+) ->/, '/proc/31653/fd/$1 ->'),
    ],
    ['stat printed', (line) => line.replace(/.*\s(\d+) -> (.*)/, "'/proc/31653/fd/$1' -> '$2'")],
  ])('%s', (_, damage) => {
    expect(factsOf(LS.map(damage))).toMatchObject({ descriptors: 36, sockets: 21, unlistedTcp: null });
  });

  it.each([50, 47, 44, 40])('ls printed and a terminal of %d columns broke', (width) => {
    const facts = factsOf(['$ ls -l /proc/31653/fd', ...LS.flatMap((line) => broken(line, width))]);
    expect(facts).toMatchObject({ descriptors: 36, sockets: 21, pids: [31_653] });
  });

  it('shows links without numbers counts them, and knows no numbers', () => {
    const links = LS.flatMap((line) => line.split(' -> ')[1] ?? []);
    const lines = ['$ for f in /proc/31653/fd/*; do readlink $f; done', ...links];
    expect(factsOf(lines)).toMatchObject({ descriptors: 36, sockets: 21, pids: [31_653] });
  });

  it('a window cut tells the states that only one can be, and no protocol that was cut', () => {
    const [head = '', ...rows] = LSOF;
    const cut = (width: number) => [head, ...rows].map((line) => line.slice(0, width));
    const whole = LSOF.find((line) => line.includes('CLOSE_WAIT'))?.length ?? 0;
    expect(factsOf(cut(whole - 3))?.states).toEqual({ LISTEN: 2, CLOSE_WAIT: 3, ESTABLISHED: 2 });
    expect(factsOf(cut(whole - 6))?.states).toEqual({ LISTEN: 2, ESTABLISHED: 2 });
    expect(partsOf(cut(whole - 6))[0]?.partial).toEqual(['a window cut the ends of rows: some states are unknown']);
    const { content } = partsOf(cut(80))[0] ?? {};
    const names =
      content?.kind === 'descriptors' ? content.rows.flatMap(({ socket }) => socket?.protocolName ?? []) : [];
    expect(new Set(names)).toEqual(new Set(['']));
  });

  it.each([
    '<many more lines like this>',
    '    .',
    '---- output omitted ----',
    '(repeats ~200 times)',
    'etc.',
    '[... 10 lines omitted ...]',
    '<snip many more>',
    '(…)',
    '--- 8< ---',
    '[10 more rows]',
  ])('was cut by %s is not whole', (mark) => {
    const [part] = partsOf([...LSOF.slice(0, 15), mark, ...LSOF.slice(25)]);
    expect(part).toMatchObject({ isWhole: false, partial: ['lines were left out'] });
  });
});

describe('readSaved of prlimit, status and fdinfo', () => {
  it('in a block of code that is indented', () => {
    const lines = [
      'RESOURCE   DESCRIPTION                             SOFT      HARD UNITS',
      'NOFILE     max number of open files               20000     20000 files',
    ];
    const [part] = partsOf(lines.map((line) => `    ${line}`));
    expect(summarise(part!)).toMatchObject({ limits: { soft: 20_000, hard: 20_000 } });
    expect(partsOf(['    Name:\tapp', '    Tgid:\t7'])).toMatchObject([{ tool: 'proc-status', pids: [7] }]);
    expect(partsOf(['    pos:\t0', '    flags:\t02'])).toMatchObject([{ tool: 'proc-fdinfo' }]);
  });
});

describe('readSaved of lines of lsof with numbers', () => {
  it('takes the number of a line for no cell of lsfd', () => {
    const lines = fixture('saved/16-lsfd-2.38.txt').trimEnd().split('\n');
    expect(factsOf(lines.map((line, at) => `${`${at + 1}`.padStart(6)}\t${line}`))).toEqual(factsOf(lines));
  });
});

describe('readSaved of /proc/net/tcp', () => {
  const HEADING = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
  const ROW =
    '   0: 0100007F:91A5 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 23015986 1 0000000000000000 100 0 0 10 0';

  it.each([
    ['made tabs of blanks', (line: string) => line.replaceAll(/ {2,}/g, '\t')],
    ['left single blanks', (line: string) => line.replaceAll(/ +/g, ' ')],
  ])('that pasting %s', (_, damage) => {
    expect(partsOf([HEADING, ROW].map(damage)).map(summarise)).toMatchObject([{ rows: 1, states: { LISTEN: 1 } }]);
  });

  it('says that rows were cut where they were', () => {
    expect(partsOf([HEADING, ROW.slice(0, 80)])).toMatchObject([
      { isWhole: false, partial: ['some rows could not be read: a window cut them'] },
    ]);
  });
});

describe('readSaved of netstat in other languages', () => {
  it.for<readonly [language: string, title: string, heading: string, states?: readonly [string, string, string]]>([
    [
      'cs',
      'Aktivní Internetová spojení (servery)',
      'Proto Přích-F Odch-F Místní Adresa          Vzdálená Adresa         Stav',
      ['NASLOUCHÁ', 'SPOJENO', 'CLOSE_WAIT'],
    ],
    [
      'et',
      'Aktiivsed internetiühendused (serverid)',
      'Proto  VvJrk SaatJrk Kohalik aadress        Väline aadress          Olek',
    ],
    [
      'fr',
      'Connexions Internet actives (serveurs)',
      'Proto Recv-Q Send-Q Adresse locale          Adresse distante        Etat',
    ],
    [
      'ja',
      '稼働中のインターネット接続 (サーバ)',
      'Proto 受信-Q 送信-Q 内部アドレス            外部アドレス            状態',
    ],
    [
      'pt_BR',
      'Conexões Internet Ativas (servidores)',
      'Proto Recv-Q Send-Q Endereço Local          Endereço Remoto         Estado',
      ['OUÇA', 'ESTABELECIDA', 'ESPERANDO_FECHAR'],
    ],
  ])('knows the titles and states of %s', ([, title, heading, states = ['LISTEN', 'ESTABLISHED', 'CLOSE_WAIT']]) => {
    const [listen, established, closeWait] = states;
    const row = (remote: string, state: string) =>
      `tcp6       0      0 10.0.0.1:8080           ${remote} ${state} 812/app`;
    const text = [
      title,
      heading,
      row(':::*', listen),
      row('10.0.0.2:4000', established),
      row('10.0.0.2:4001', closeWait),
    ];
    const { parts, unrecognised } = readSaved(text.join('\n'));
    expect(unrecognised).toEqual([]);
    expect(summarise(parts[0]!).states).toEqual({ LISTEN: 1, ESTABLISHED: 1, CLOSE_WAIT: 1 });
  });
});

describe('readSaved of what tells no descriptors', () => {
  it.each([
    ['lsof -Fn of old versions', 'p9099\nn/srv\nn/\nnpipe\n', 'names alone'],
    [
      'a trace of calls',
      'strace: Process 7 attached\naccept4(3, NULL, NULL, 0) = -1 EMFILE (Too many open files)\n',
      'trace',
    ],
    [
      'netstat of Windows',
      '\n  Proto  Local Address          Foreign Address        State           PID\n  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       1044\n',
      'Windows',
    ],
    [
      'a histogram of pids',
      "# lsof | awk '{print $2}' | sort | uniq -c | sort -rn\n  12034 1234\n   5311 2207\n",
      'histogram',
    ],
  ])('refuses %s', (_, text, because) => {
    const { parts, unrecognised } = readSaved(text);
    expect(unrecognised).toEqual([]);
    expect(parts).toMatchObject([{ content: { kind: 'refused', because: expect.stringContaining(because) } }]);
  });

  it('takes open files of the whole machine for no process', () => {
    expect(partsOf('$ cat /proc/sys/fs/file-nr\n21182\t0\t9223372036854775807\n')).toMatchObject([
      { tool: 'file-nr', pids: [], content: { kind: 'text' } },
    ]);
  });

  it('counts the names that ls prints, and each process of a loop', () => {
    expect(partsOf('$ ls /proc/7/fd\n0  1  10  11\n2  3\n').map(summarise)).toMatchObject([
      { pids: [7], descriptors: 6 },
    ]);
    const loop = '# for p in /proc/[0-9]*; do echo $p $(ls $p/fd | wc -l); done\n/proc/1 103\n/proc/2207 12034\n';
    expect(partsOf(loop).map(summarise)).toMatchObject([
      { pids: [1], descriptors: 103 },
      { pids: [2207], descriptors: 12_034 },
    ]);
  });
});

describe('readSaved of tables without owners', () => {
  it('counts no sockets of the process whose table was read', () => {
    const row = 'ffff8881: 00000002 00000000 00010000 0001 01 12345 /run/x.sock';
    const heading = 'Num       RefCount Protocol Flags    Type St Inode Path';
    const [part] = partsOf(['$ cat /proc/7/net/unix', heading, row]);
    expect(summarise(part!)).toMatchObject({ pids: [7], rows: 1, sockets: null });
  });
});

describe('what is said of a paste', () => {
  const inspectionOf = (lines: readonly string[]) => {
    const choice = { pid: null, stacks: NO_STACKS, version: '0' };
    const outcome = inspectFiles([{ name: 'paste', saved: readSaved(lines.join('\n')) }], 'paste', choice);
    if (outcome.kind !== 'inspected') throw new Error(outcome.because);
    return outcome.inspection;
  };

  it('accuses no socket whose protocol a window cut', () => {
    const { summary, descriptors } = inspectionOf(LSOF.map((line) => line.slice(0, 80)));
    expect(summary.byVerdict?.unlisted).toBeUndefined();
    expect(descriptors.find(({ fd }) => fd === 5)?.verdict.because).toContain('its protocol is not known');
  });

  it('knows no number of descriptors from lsof that was asked for sockets alone', () => {
    const sockets = LSOF.filter((line) => /^COMMAND|\sIPv[46]\s/.test(line));
    expect(inspectionOf(sockets).limits.open).toBeNull();
    expect(inspectionOf(['$ lsof -nPi -a -p 31653', ...LSOF]).limits.open).toBeNull();
    expect(inspectionOf(['$ lsof -nP -p 31653', ...LSOF]).limits.open).toBe(36);
  });

  it('says of sockets that only ls shows that nothing is known', () => {
    const socket = inspectionOf(LS).descriptors.find(({ kind }) => kind === 'socket');
    expect(socket?.verdict).toMatchObject({ is: 'undecided', because: expect.stringContaining('it may be anything') });
  });
});
