import type { ProcessIdentity } from '../../core/model/process.ts';
import { escapeText } from '../text/escape.ts';

/** Programs that run others: what they run is what people know it by. */
const INTERPRETER = /^(?:python|node|ruby|perl|php|bash|dash|sh|java|deno|bun)[\d.]*$/;
/** A script, a jar; no option and no class path. */
const SCRIPT = /^[^-].*\.(?:py|js|mjs|cjs|ts|rb|pl|php|sh|jar|java)$/;

/** The name that people know a process by: `leaky_accept.py` of `python3 leaky_accept.py`, else its own. Escaped. */
export function sayName({ comm, cmdline }: Pick<ProcessIdentity, 'comm' | 'cmdline'>): string {
  const isScript = INTERPRETER.test(comm) || INTERPRETER.test(baseName(cmdline?.[0] ?? ''));
  const script = isScript ? cmdline?.slice(1).find((word) => SCRIPT.test(word)) : undefined;
  return escapeText(script === undefined ? comm : baseName(script));
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
