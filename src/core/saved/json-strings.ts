import { isObject, parseJson } from './json.ts';

/** Fields of which one says what another does: Ansible prints both. */
const LINES_OF = /^(.+)_lines$/;
/** The fields of a container's log that are no text. */
const ASIDE: ReadonlySet<string> = new Set(['stream', 'time', 'attrs', 'start', 'end', 'delta', 'cmd']);

export interface QuotedText {
  /** The lines that stood in strings. */
  readonly text: string;
  /** What Ansible says it ran; null where nothing does. */
  readonly command: string | null;
}

/**
 * The lines of listings that stand in strings of JSON, as Ansible, kubectl and container logs print them; null where there are none.
 *
 *     {"cmd": ["lsof", "-p", "7"], "stdout": "COMMAND PID …\\nrelayd 7 …"}
 *     {"log":"relayd 7 root 3u …\\n","stream":"stdout"}
 */
export function quoteOfJson(text: string): QuotedText | null {
  const whole = parseJson(text);
  const values = whole === null ? text.split('\n').map(parseJson) : [whole];
  const texts: string[] = [];
  const commands: string[] = [];
  for (const value of values) gather(value, { texts, commands }, 0);
  return texts.length === 0 ? null : { text: texts.join(''), command: commands[0] ?? null };
}

interface Found {
  readonly texts: string[];
  readonly commands: string[];
}

const DEEPEST = 20;

function gather(value: unknown, found: Found, depth: number): void {
  if (depth > DEEPEST) return;
  if (typeof value === 'string') addText(value.includes('\n') ? value : '', found);
  else if (Array.isArray(value)) {
    const list = value as readonly unknown[];
    if (list.every((one) => typeof one === 'string')) addText(list.join('\n'), found);
    else for (const one of list) gather(one, found, depth + 1);
  } else if (isObject(value)) gatherFields(value, found, depth);
}

function gatherFields(value: Readonly<Record<string, unknown>>, found: Found, depth: number): void {
  const { cmd } = value;
  if (typeof cmd === 'string') found.commands.push(cmd);
  else if (Array.isArray(cmd)) found.commands.push(cmd.join(' '));
  for (const [key, one] of Object.entries(value)) {
    const [, other] = LINES_OF.exec(key) ?? [];
    if (!ASIDE.has(key) && (other === undefined || typeof value[other] !== 'string')) gather(one, found, depth + 1);
  }
}

function addText(text: string, { texts }: Found): void {
  if (text !== '') texts.push(text.endsWith('\n') ? text : `${text}\n`);
}
