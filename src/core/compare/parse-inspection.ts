import { KINDS } from '../model/descriptor.ts';
import type { Inspection } from '../model/inspection.ts';
import { VERDICTS } from '../model/verdict.ts';

export type ParsedInspection =
  | { readonly kind: 'parsed'; readonly inspection: Inspection }
  | { readonly kind: 'fault'; readonly because: string };

/**
 * Reads what `fdleak inspect --json` printed. Checks the fields that comparisons and renderers rest on; a list of one
 * inspection is that inspection. Never throws.
 */
export function parseInspection(text: string): ParsedInspection {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fault(`not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (Array.isArray(value)) {
    if (value.length !== 1) return fault(`it has ${value.length} inspections, not one`);
    value = value[0];
  }
  if (!isObject(value)) return fault('not an inspection: expected an object');
  if (value['schema'] !== 'fdleak.inspection/1')
    return fault(`its schema is ${quote(value['schema'])}, not "fdleak.inspection/1"`);
  const problem = findProblem(value);
  if (problem !== null || !isInspection(value)) return fault(problem ?? 'not an inspection');
  return { kind: 'parsed', inspection: value };
}

/** All inspections in a text: one document, an array of them, or one a line. Empty where there is none. */
export function parseInspections(text: string): readonly Inspection[] {
  if (!/^\uFEFF?\s*[[{]/.test(text) || !text.includes('fdleak.inspection/1')) return [];
  const whole = parseAll(text);
  const texts = whole === null ? text.split('\n') : whole;
  return texts.flatMap((one) => {
    const parsed = parseInspection(one);
    return parsed.kind === 'parsed' ? [parsed.inspection] : [];
  });
}

function parseAll(text: string): readonly string[] | null {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return Array.isArray(value) ? value.map((one) => JSON.stringify(one)) : [JSON.stringify(value)];
  } catch {
    return null;
  }
}

function fault(because: string): ParsedInspection {
  return { kind: 'fault', because };
}

function isInspection(
  value: Readonly<Record<string, unknown>>,
): value is Readonly<Record<string, unknown>> & Inspection {
  return findProblem(value) === null;
}

/** The first field that is not what it must be: `descriptors[3].kind is "sokket"`. */
function findProblem(value: Readonly<Record<string, unknown>>): string | null {
  const { process, bootId, takenAt, descriptors } = value;
  if (typeof takenAt !== 'string') return `takenAt is ${quote(takenAt)}`;
  if (bootId !== null && typeof bootId !== 'string') return `bootId is ${quote(bootId)}`;
  if (!isObject(process)) return `process is ${quote(process)}`;
  if (typeof process['pid'] !== 'number') return `process.pid is ${quote(process['pid'])}`;
  if (typeof process['startTicks'] !== 'number') return `process.startTicks is ${quote(process['startTicks'])}`;
  if (typeof process['comm'] !== 'string') return `process.comm is ${quote(process['comm'])}`;
  if (!isObject(value['capability'])) return `capability is ${quote(value['capability'])}`;
  if (!Array.isArray(descriptors)) return `descriptors is ${quote(descriptors)}`;
  for (const [at, descriptor] of descriptors.entries()) {
    const found = findDescriptorProblem(descriptor);
    if (found !== null) return `descriptors[${at}]${found}`;
  }
  return null;
}

function findDescriptorProblem(value: unknown): string | null {
  if (!isObject(value)) return ` is ${quote(value)}`;
  const { fd, tid, kind, target, inode, socket, verdict } = value;
  if (typeof fd !== 'number') return `.fd is ${quote(fd)}`;
  if (tid !== null && typeof tid !== 'number') return `.tid is ${quote(tid)}`;
  if (!KINDS.some((one) => one === kind)) return `.kind is ${quote(kind)}`;
  if (typeof target !== 'string') return `.target is ${quote(target)}`;
  if (inode !== null && typeof inode !== 'string') return `.inode is ${quote(inode)}`;
  if (socket !== null && !(isObject(socket) && typeof socket['family'] === 'string'))
    return `.socket is ${quote(socket)}`;
  if (!isObject(verdict) || !VERDICTS.some((one) => one === verdict['is'])) return `.verdict is ${quote(verdict)}`;
  return null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function quote(value: unknown): string {
  return value === undefined ? 'not there' : JSON.stringify(value).slice(0, 60);
}
