import type { Inspection } from '../core/model/inspection.ts';
import { toPieces } from './pieces.ts';
import type { Style } from './style.ts';

/** So many descriptors are about one piece. */
const BATCH = 100;

/**
 * Writes documents `fdleak.inspection/1`: equal to `JSON.stringify(inspection)` once parsed, with one member a line and
 * one descriptor a line, so that grep and a pager are of use. Several targets give an array.
 *
 * @see RFC 8259
 */
export function renderJson(
  inspections: readonly Inspection[],
  { manyTargets }: Pick<Style, 'manyTargets'>,
): Iterable<string> {
  return toPieces(renderDocuments(inspections, manyTargets || inspections.length !== 1));
}

function* renderDocuments(inspections: readonly Inspection[], isArray: boolean): Generator<string> {
  if (isArray) yield '[\n';
  for (const [at, inspection] of inspections.entries()) {
    if (at > 0) yield ',\n';
    yield* renderDocument(inspection);
  }
  yield isArray ? '\n]\n' : '\n';
}

function* renderDocument(inspection: Inspection): Generator<string> {
  let before = '{\n  ';
  for (const [name, value] of Object.entries(inspection)) {
    yield `${before}${JSON.stringify(name)}: `;
    before = ',\n  ';
    if (isListOfObjects(value)) yield* renderLines(value);
    else yield JSON.stringify(value);
  }
  yield '\n}';
}

function* renderLines(items: readonly object[]): Generator<string> {
  let before = '[\n    ';
  for (let at = 0; at < items.length; at += BATCH) {
    const batch = items.slice(at, at + BATCH).map((item) => JSON.stringify(item));
    yield before + batch.join(',\n    ');
    before = ',\n    ';
  }
  yield '\n  ]';
}

function isListOfObjects(value: unknown): value is readonly object[] {
  return Array.isArray(value) && typeof value[0] === 'object';
}
