import type { Match } from '../core/model/target.ts';
import { toText } from '../core/parse/bytes.ts';
import type { World } from './world.ts';

/** The command line of a process with blanks between its words, `python3 serve.py 8080`; its name where that says nothing. */
export function readCommandLineText({ proc }: World, { pid, comm }: Pick<Match, 'pid' | 'comm'>): string {
  const text = proc.text(`${pid}/cmdline`);
  const words = text.kind === 'read' ? toText(text.value.replaceAll('\0', ' ').trim()).text : '';
  return words === '' ? comm : words;
}
