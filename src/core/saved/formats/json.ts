import type { LsofRow } from '../../model/tool-row.ts';
import { toProtocolName, toState } from '../../parse/lsof-fields.ts';
import { toInodeOf } from '../descriptors.ts';
import type { SavedFormat, PartReading } from '../format.ts';
import { countOf, isObject, parseJson, textOf } from '../json.ts';
import { toDescriptorOfLsfd } from '../lsfd-descriptor.ts';
import { readNodeReport } from '../node-report.ts';
import { noteOwner, toLsfdReading } from './lsfd.ts';
import { toReading } from './lsof.ts';

type Json = Readonly<Record<string, unknown>>;

/** JSON of lsof (`-J`, `-j`), lsfd, a Node report, and our own inspections. */
export const JSON_TEXT: SavedFormat = {
  starts: (line) => /^\s*[[{]\s*(?:"|$|[[{]|\{)/.test(line),
  continues: () => false,
  isHeading: () => false,
  mayWrap: false,
  read: (lines) => {
    const text = lines.map(({ text }) => text).join('\n');
    const whole = parseJson(text);
    const values = whole === null ? lines.map(({ text }) => parseJson(text)).filter(isObject) : [whole];
    return readInspection(values) ?? readLsfd(values) ?? readLsof(values) ?? readReport(values);
  },
};

function readInspection(values: readonly unknown[]): PartReading | null {
  const flat = values
    .flatMap((value) => (Array.isArray(value) ? (value as readonly unknown[]) : [value]))
    .filter(isObject);
  const inspections = flat.filter(({ schema }) => schema === 'fdleak.inspection/1');
  if (inspections.length === 0) return null;
  const pids = inspections.flatMap(({ process }) => (isObject(process) ? (countOf(process['pid']) ?? []) : []));
  return { tool: 'inspection', pids, partial: [], content: { kind: 'text', rows: inspections.length } };
}

function readLsfd(values: readonly unknown[]): PartReading | null {
  const list = values.flatMap((value) =>
    isObject(value) && Array.isArray(value['lsfd']) ? (value['lsfd'] as readonly unknown[]) : [],
  );
  const commands = new Map<number, string>();
  const users = new Map<number, string>();
  const rows = list.filter(isObject).flatMap((entry) => {
    const cells = new Map(Object.entries(entry).map(([key, value]) => [key.toLowerCase(), textOf(value) ?? '']));
    const row = toDescriptorOfLsfd(cells);
    if (row !== null) noteOwner(row, cells, commands, users);
    return row ?? [];
  });
  return rows.length === 0 ? null : toLsfdReading('lsfd-json', rows, commands, users);
}

/** `-J` nests files in processes, `-j` has a line for each file with the fields of its process. */
function readLsof(values: readonly unknown[]): PartReading | null {
  const rows: LsofRow[] = [];
  for (const value of values.filter(isObject)) {
    const processes = value['processes'];
    const nested = Array.isArray(processes) ? (processes as readonly unknown[]).filter(isObject) : [value];
    for (const process of nested) {
      const files = process['files'];
      const list = Array.isArray(files) ? (files as readonly unknown[]).filter(isObject) : [process];
      for (const file of list) rows.push(...toRow({ ...process, ...file }));
    }
  }
  return rows.length === 0 ? null : toReading('lsof-json', rows);
}

function toRow(file: Json): readonly LsofRow[] {
  const pid = countOf(file['pid']);
  const fdText = textOf(file['fd'])?.replace(/^(\d+)[rwu-]?[A-Za-z]?$/, '$1') ?? null;
  const type = textOf(file['type']);
  if (pid === null || fdText === null || type === null) return [];
  const name = textOf(file['name']) ?? '';
  const inode = toInodeOf(textOf(file['inode'] ?? file['node']));
  return [
    {
      pid,
      fd: /^\d+$/.test(fdText) ? Number(fdText) : null,
      fdText,
      type,
      inode: inode ?? toInodeOf(textOf(file['device'])),
      name,
      protocolName: toProtocolName(type, name),
      command: textOf(file['command']),
      protocol: textOf(file['protocol']),
      state: findState(file) ?? toState(type, name),
    },
  ];
}

/** The state stands in a field of its own, whose name differs by version, or among the TCP and TPI facts. */
function findState(file: Json): string | null {
  for (const key of ['state', 'tcp_state', 'tcp_info', 'tcp_tpi', 'tcptpi', 'tpi']) {
    const value = file[key];
    const text = isObject(value) ? textOf(value['state'] ?? value['ST'] ?? value['st']) : textOf(value);
    const [, word] = /^(?:ST=)?([A-Z][A-Z_0-9]+)/.exec(text ?? '') ?? [];
    if (word !== undefined) return word;
  }
  return null;
}

function readReport(values: readonly unknown[]): PartReading | null {
  for (const value of values) {
    const reading = isObject(value) ? readNodeReport(value) : null;
    if (reading !== null) return reading;
  }
  return null;
}
