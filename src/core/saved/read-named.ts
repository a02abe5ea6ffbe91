import { parseProcNetProtocols } from '../parse/proc-net-protocols.ts';
import { toAbi } from '../parse/task-syscall.ts';
import { toFdInfo } from './formats/proc.ts';
import type { Part, PartContent, Saved, SavedTool } from './part.ts';
import { toHint } from './prompt.ts';
import { readSaved } from './read-saved.ts';

/**
 * Reads a file or a member of a capture: where its name says what of a process it is, that is believed (`proc/7/cmdline` and
 * `task/9/syscall` do not tell it themselves); everything else is known by its content. `wanted` is the
 * process that was asked for.
 */
export function readNamed(name: string, content: string | Iterable<string>, wanted: number | null = null): Saved {
  const hint = toHint(name);
  const [pid] = hint?.pids ?? [];
  if (hint === null || pid === undefined) return readSaved(content, { pid: wanted });
  if (!IS_WHOLE.test(name)) return readSaved(content, { hint, pid: wanted });
  const text = typeof content === 'string' ? content : [...content].join('');
  if (name.endsWith('/cmdline')) return toWhole('proc-cmdline', pid, text, toCommandLine(pid, text));
  if (name.endsWith('/net/protocols')) return toWhole('proc-net', pid, text, toProtocols(text));
  const [, fd] = /\/fdinfo\/(\d+)$/.exec(name) ?? [];
  if (fd !== undefined)
    return toWhole('proc-fdinfo', pid, text, { kind: 'fdinfo', rows: 1, infos: [toFdInfo(Number(fd), text)] });
  const [, tid] = /\/task\/(\d+)\/syscall$/.exec(name) ?? [];
  if (tid !== undefined) return toWhole('proc-syscall', pid, text, { kind: 'thread', rows: 1, tid: Number(tid), text });
  const bytes = text.replaceAll(/\s/g, '').match(/[0-9a-f]{2}/g) ?? [];
  const abi = toAbi(Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16)));
  return toWhole('proc-exe', pid, text, { kind: 'program', rows: 1, abi });
}

/** Members that are not listings of lines. */
const IS_WHOLE = /\/(?:cmdline|net\/protocols|fdinfo\/\d+|task\/\d+\/syscall|exe-head\.txt)$/;

function toCommandLine(pid: number, text: string): PartContent {
  const words = text.replace(/\0$/, '').split('\0');
  const nothing = { comm: null, uid: null, threads: null, startTicks: null, peakTableSize: null, pidNamespaces: null };
  return { kind: 'process', rows: 1, facts: { ...nothing, pid, cmdline: text === '' ? null : words } };
}

/** An MPTCP connection stands in the TCP tables in a state of its own: only their number says that there may be some. */
function toProtocols(text: string): PartContent {
  const { rows } = parseProcNetProtocols(text);
  const mptcp = rows.filter(({ name }) => name.startsWith('MPTCP'));
  return { kind: 'protocols', rows: rows.length, mptcpSockets: mptcp.reduce((sum, { sockets }) => sum + sockets, 0) };
}

function toWhole(tool: SavedTool, pid: number, text: string, content: PartContent): Saved {
  const lines = text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  const part: Part = {
    tool,
    firstLine: 1,
    lastLine: lines,
    lines,
    command: null,
    pids: [pid],
    askedPids: [],
    partial: [],
    isWhole: true,
    content,
  };
  return { parts: [part], otherLines: 0, unrecognised: [], unrecognisedCount: 0 };
}
