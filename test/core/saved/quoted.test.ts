import { describe, expect, it } from 'vitest';
import type { Part } from '../../../src/core/saved/part.ts';
import { readSaved } from '../../../src/core/saved/read-saved.ts';
import { summarise } from '../../../src/core/saved/summarise.ts';

const HEADING = 'COMMAND PID USER   FD   TYPE DEVICE SIZE/OFF   NODE NAME';
const ROWS = [
  'relayd    7 root    3u  IPv4 163301      0t0    TCP 127.0.0.1:443->10.1.2.3:54321 (CLOSE_WAIT)',
  'relayd    7 root    4u  sock    0,9      0t0 164604 protocol: TCPv6',
];
const TABLE = `${[HEADING, ...ROWS].join('\n')}\n`;

const read = (text: string): readonly Part[] => readSaved(text).parts;
const descriptorsOf = (text: string): readonly unknown[] =>
  read(text).flatMap(({ content }) => (content.kind === 'descriptors' ? content.rows : []));

describe('a listing in strings of JSON', () => {
  const plain = descriptorsOf(TABLE);

  it.each([
    ['of kubectl and scripts', `${JSON.stringify({ rc: 0, stdout: TABLE })}\n`],
    ['of Ansible', `relay1 | CHANGED => ${JSON.stringify({ changed: true, stdout: TABLE }, null, 4)}\n`],
    [
      'of Ansible, which prints it twice',
      `ok: [relay1] => ${JSON.stringify({ stdout: TABLE.trimEnd(), stdout_lines: TABLE.trimEnd().split('\n') }, null, 4)}\n`,
    ],
    [
      "of a container's log",
      TABLE.trimEnd()
        .split('\n')
        .map((line) => `${JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: '2026-11-25T10:15:31Z' })}\n`)
        .join(''),
    ],
  ])('%s is read as if it stood alone', (_, text) => {
    expect(descriptorsOf(text)).toEqual(plain);
    const { parts, otherLines } = readSaved(text);
    expect(parts.reduce((sum, { lines }) => sum + lines, otherLines)).toBe(text.split('\n').length - 1);
  });

  it('of lsof -F within Ansible is read, and its command told', () => {
    const fields = ['p7', 'crelayd', 'f3', 'tIPv4', 'PTCP', 'n127.0.0.1:443->10.1.2.3:54321', 'TST=CLOSE_WAIT'];
    const text = JSON.stringify({ cmd: ['lsof', '-nPF', '-p', '7'], stdout_lines: fields }, null, 4);
    const [part] = read(`relay1 | SUCCESS => ${text}\n`);
    expect(part).toMatchObject({ tool: 'lsof-fields', pids: [7], command: 'lsof -nPF -p 7' });
  });

  it('that is none leaves its lines unrecognised', () => {
    expect(readSaved('{"msg": "one\\ntwo"}\n')).toMatchObject({ parts: [], unrecognised: [1] });
  });
});

describe('what cat -A shows', () => {
  it('is taken away from a table, of which each line has it', () => {
    expect(descriptorsOf(TABLE.replaceAll('\n', '$\n'))).toEqual(descriptorsOf(TABLE));
  });

  it('is taken away from rows without a heading', () => {
    const rows = 'lrwx------ 1 r r 64 Nov 25 09:41 3 -> socket:[7]\nlrwx------ 1 r r 64 Nov 25 09:41 4 -> /a b\n';
    expect(descriptorsOf(rows.replaceAll('\n', '$\n'))).toEqual(descriptorsOf(rows));
  });

  it('is not taken for the prompt, nor a prompt for it', () => {
    const text = `${TABLE.replaceAll('\n', '$\n')}op@relay1:~$\nlrwx------ 1 r r 64 Nov 25 09:41 3 -> /a$\n`;
    expect(descriptorsOf(text).at(-1)).toMatchObject({ target: '/a$' });
  });
});

describe('tables that lost what tells their cells', () => {
  it.each([
    ['lsof', TABLE.replaceAll(/ +/g, ',')],
    ['lsof, quoted', `"COMMAND";"PID";"USER";"FD"\n"relayd";"7";"root";"3u"\n`],
    ['ss', 'Netid,State,Recv-Q,Send-Q,Local Address:Port,Peer Address:Port\ntcp,ESTAB,0,0,127.0.0.1:1,127.0.0.1:2\n'],
  ])('of %s parted by commas are refused by name', (_, text) => {
    expect(read(text)).toMatchObject([
      { tool: 'csv', lines: text.split('\n').length - 1, content: { kind: 'refused' } },
    ]);
  });

  it('of prlimit without RESOURCE are refused: which limits they are is not shown', () => {
    expect(read(' SOFT  HARD\n20000 20000\n')).toMatchObject([
      { tool: 'prlimit', lines: 2, content: { kind: 'refused' } },
    ]);
  });

  it('of lsfd without its heading are read by the columns that it prints unless asked for others', () => {
    const rows = [
      'bash    15997 root      0 r--  CHR    vda     9          5 /dev/null',
      'bash    15997 root      1 rw-  SOCK sockfs     9   72763389 socket:[72763389]',
    ];
    const [part] = read(`${rows.join('\n')}\n`);
    expect(part).toMatchObject({ tool: 'lsfd', pids: [15997], isWhole: false });
    expect(summarise(part!)).toMatchObject({ descriptors: 2, kinds: { 'character-device': 1, socket: 1 } });
  });
});

describe('a port that a window cut', () => {
  const cut = (width: number): string =>
    [...TABLE.split('\n'), 'relayd    7 root    5u  IPv4 163302      0t0    TCP 127.0.0.1:443 (LISTEN)']
      .map((line) => line.slice(0, width))
      .join('\n');

  it.each([1, 2, 3, 4])('%i digits short is unknown, not another port', (short) => {
    const width = ROWS[0]!.indexOf(' (CLOSE_WAIT)') - short;
    const [row] = descriptorsOf(cut(width));
    expect(row).toMatchObject({ fd: 3, socket: { remote: null, state: null } });
  });

  it('under the header of watch is unknown where the row is as wide as the window', () => {
    const rows = ['CLOSE-WAIT 1 0 127.0.0.1:443 10.1.2.3:5432', 'ESTAB 0 0 127.0.0.1:443 10.1.2.4:80'];
    const [part] = read(['Every 2.0s: ss -tn', '', ...rows, ''].join('\n'));
    expect(part!.content).toMatchObject({ rows: [{ remote: null }, { remote: { port: 80 } }] });
  });

  it('stays where nothing was cut', () => {
    const [row] = descriptorsOf(TABLE);
    expect(row).toMatchObject({ socket: { remote: { port: 54321 } } });
  });
});

describe('a unix path with a line break in a listing of ss', () => {
  it('forges no row', () => {
    const rows = [
      'u_str LISTEN 0 511 /run/a',
      'tcp CLOSE-WAIT 1 0 127.0.0.1:1 127.0.0.1:2 users:(("relayd",pid=7,fd=9)) 72763389 * 0',
      ...Array.from(
        { length: 3 },
        (_, at) => `u_str ESTAB 0 0 * ${at + 1} * ${at + 9} users:(("relayd",pid=7,fd=${at}))`,
      ),
    ];
    const [part] = read(`${rows.join('\n')}\n`);
    expect(part).toMatchObject({ isWhole: false, partial: [expect.stringContaining('line break')] });
    expect(JSON.stringify(part!.content)).not.toContain('CLOSE_WAIT');
    expect(part!.content).toMatchObject({ rows: [{}, {}] });
  });
});
