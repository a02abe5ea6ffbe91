import type { Descriptor } from '../../core/model/descriptor.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import { sayFd, sayKind, saySilence, sayTarget, sayVerdict, sayWatchers } from './descriptor-words.ts';
import { renderHeading } from '../text/heading.ts';
import { paintLeak, type Style } from '../text/style.ts';
import { cutToWidth } from '../text/width.ts';

/** What the rows need to know of the style. */
type RowStyle = Pick<Style, 'paint' | 'columns' | 'isTerminal'>;

/** A column of the list; `from` is the least width of the text that leaves both ends of a connection room beside it. */
interface DescriptorColumn {
  readonly head: string;
  readonly from: number;
  readonly isRight?: boolean;
  readonly say: (descriptor: Descriptor) => string;
}

const COLUMNS: readonly DescriptorColumn[] = [
  { head: 'fd', from: 0, isRight: true, say: sayFd },
  { head: 'kind', from: 0, say: sayKind },
  { head: 'verdict', from: 0, say: sayVerdict },
  { head: 'flags', from: 0, say: ({ flags }) => (flags ?? []).join(' ') },
  { head: 'leak', from: 92, say: ({ verdict }) => (verdict.leak === 'no' ? '' : verdict.leak) },
  { head: 'silent', from: 110, isRight: true, say: saySilence },
  { head: 'epoll', from: 120, isRight: true, say: sayWatchers },
];

/**
 * Every descriptor, one a line, for `--fds`. Rows are aligned by hand: with cli-table3 19,500 of them take 5.6 s, so 60 ms. What
 * is foreign text stands last, where nothing needs aligning.
 */
export function* renderDescriptors({ descriptors }: Pick<Inspection, 'descriptors'>, style: Style): Generator<string> {
  if (descriptors.length === 0) return;
  yield renderHeading('Descriptors', style, `${descriptors.length}`);
  yield* renderRows(descriptors, style);
}

/** The rows of {@link renderDescriptors} below their heads. */
export function* renderRows(
  descriptors: readonly Descriptor[],
  { paint, columns, isTerminal }: RowStyle,
): Generator<string> {
  const shown = COLUMNS.filter(({ from, say }) => columns >= from && descriptors.some((one) => say(one) !== ''));
  const widths = shown.map(({ head, say }) =>
    descriptors.reduce((width, descriptor) => Math.max(width, say(descriptor).length), head.length),
  );
  const align = (texts: readonly string[]): string =>
    texts
      .map((text, at) => (shown[at]?.isRight === true ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0)))
      .join('  ');
  const left = widths.reduce((sum, width) => sum + width + 2, 2);
  const room = isTerminal ? Math.max(12, columns - left) : Number.POSITIVE_INFINITY;

  yield `  ${paint.dim(`${align(shown.map(({ head }) => head))}  target`)}\n`;
  for (const descriptor of descriptors) {
    const row = align(shown.map(({ say }) => say(descriptor)));
    yield `  ${paintLeak(paint, descriptor.verdict.leak)(row)}  ${cutToWidth(sayTarget(descriptor), room)}\n`;
  }
}
