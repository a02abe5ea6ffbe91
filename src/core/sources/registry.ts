import type { Counted } from '../model/source.ts';
import type { Said, Unsaid } from '../model/tool-reading.ts';
import { type Account, ownAccount, toolAccount } from './account.ts';
import { autopsy } from './autopsy.ts';
import { bpf } from './bpf.ts';
import { lsof } from './lsof.ts';
import { namespaces } from './namespaces.ts';
import type { OwnView } from './own-view.ts';
import { prlimit } from './prlimit.ts';
import { netstat } from './netstat.ts';
import { procFd } from './proc-fd.ts';
import { procNet } from './proc-net.ts';
import type { Dialogue, OwnSource, ToolSource, ToolTarget } from './source.ts';
import { ss } from './ss.ts';

/**
 * Every source of an inspection, in the order of its rows. The names, the options of `--sources`, what is missing, the counts, the
 * differences and the faults all come from here: a source is a file beside this one and a line below.
 *
 * - **A program that is asked beside** is a `ToolSource`: `ask` says which commands to run and parses what they print (a new format is
 *   a parser in `core/parse`), `count` and `differences` set it against our own view. Nothing else knows of it: the edge runs whatever
 *   `ask` wants (`collect/ask-tool.ts`).
 * - **What we read ourselves** is an `OwnSource`: its part of the evidence is a field of `Evidence` (`core/model/evidence.ts`), filled by
 *   a reader `collect/<name>.ts` that `look()` calls (`app/inspect/look.ts`). It need not fill a field of its own: what gives sockets and
 *   their states gives `tables` or `probes`, and is judged like these.
 * - **Saved text** makes an `Evidence` of its own, with the parts it does not have said as such, and a `ToolReading` for each tool's
 *   output: `toInspection()` does the rest.
 */
export const SOURCES = {
  'proc-fd': procFd,
  'proc-net': procNet,
  namespaces,
  lsof,
  ss,
  netstat,
  prlimit,
  autopsy,
  bpf,
} as const;

type SourceName = keyof typeof SOURCES;

const NAMES = Object.keys(SOURCES).filter(isSourceName);

function isSourceName(name: string): name is SourceName {
  return name in SOURCES;
}

type SaidOf<S> = S extends { readonly ask: (target: ToolTarget) => Dialogue<infer Reading> }
  ? Extract<Reading, Said<unknown>>
  : never;

/** The programs among the sources. */
export type ToolName = { [N in SourceName]: (typeof SOURCES)[N] extends OwnSource ? never : N }[SourceName];

type SaidBy = { readonly [N in ToolName]: SaidOf<(typeof SOURCES)[N]> };

/** What each program said, or why it said nothing; one that is left out was not asked. */
export type ToolReadings = { readonly [N in ToolName]?: SaidBy[N] | Unsaid };

/** What `--sources` chooses from. `proc` is proc-fd, proc-net and namespaces together, and always read. */
export type SourceOption = (typeof SOURCES)[SourceName]['option'];

/** `proc` and what else we read ourselves, then the programs. */
export const SOURCE_OPTIONS: readonly SourceOption[] = [
  ...new Set([...NAMES.filter((name) => !isTool(name)), ...NAMES.filter(isTool)].map((name) => SOURCES[name].option)),
];

export const TOOL_NAMES: readonly ToolName[] = NAMES.filter(isTool);

export function isTool(name: string): name is ToolName {
  return isSourceName(name) && 'ask' in SOURCES[name];
}

const TOOLS: { readonly [N in ToolName]: ToolSource<SaidBy[N]> } = SOURCES;

/** The source of that name, with the type of what it says. */
export function toolOf<N extends ToolName>(name: N): ToolSource<SaidBy[N]> {
  return TOOLS[name];
}

/** What a source counts by its nature; nothing for a name that this version does not know. */
export function countsOf(name: string): readonly Counted[] {
  return isSourceName(name) ? SOURCES[name].counts : [];
}

/** The account of every source, in the order of the rows. */
export function toAccounts(view: OwnView, readings: ToolReadings): readonly Account[] {
  return NAMES.map((name) => {
    return isTool(name) ? accountOf(name, readings, view) : ownAccount(name, SOURCES[name], view);
  });
}

function accountOf<N extends ToolName>(name: N, readings: Pick<ToolReadings, N>, view: OwnView): Account {
  return toolAccount(name, toolOf(name), readings[name] ?? NOT_ASKED, view);
}

const NOT_ASKED: Unsaid = { kind: 'skipped', because: 'not asked' };
