import { toJsonText } from '../../core/words/json.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import { DescriptorWriter } from './json-descriptor.ts';
import { toPieces } from '../text/pieces.ts';
import { toSavedDocument } from './saved-document.ts';
import type { Style } from '../text/style.ts';

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
  const document = inspection.from === null ? inspection : toSavedDocument(inspection);
  for (const [name, value] of Object.entries(document)) {
    yield `${before}${JSON.stringify(name)}: `;
    before = ',\n  ';
    if (value === inspection.descriptors && inspection.descriptors.length > 0) {
      const writer = new DescriptorWriter();
      yield* renderLines(inspection.descriptors, (descriptor) => writer.write(descriptor));
    } else if (isListOfObjects(value)) yield* renderLines(value, (item) => toJsonText(item));
    else yield toJsonText(value);
  }
  yield '\n}';
}

function* renderLines<Item>(items: readonly Item[], write: (item: Item) => string): Generator<string> {
  let text = '[\n    ';
  let at = 0;
  for (const item of items) {
    text += at > 0 ? `,\n    ${write(item)}` : write(item);
    at += 1;
    if (at % BATCH === 0) {
      yield text;
      text = '';
    }
  }
  yield `${text}\n  ]`;
}

function isListOfObjects(value: unknown): value is readonly object[] {
  return Array.isArray(value) && typeof value[0] === 'object';
}
