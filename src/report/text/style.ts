import type { Leak } from '../../core/model/verdict.ts';

export type PaintText = (text: string) => string;

/** The colours a renderer may use. Every instance of chalk is one. */
export interface Paint {
  readonly bold: PaintText;
  readonly dim: PaintText;
  readonly red: PaintText;
  readonly yellow: PaintText;
  readonly green: PaintText;
  readonly cyan: PaintText;
}

const unpainted: PaintText = (text) => text;

/** No colours, and no package to load for them. */
export const PLAIN: Paint = {
  bold: unpainted,
  dim: unpainted,
  red: unpainted,
  yellow: unpainted,
  green: unpainted,
  cyan: unpainted,
};

/** Red for a certain leak, yellow for a suspect, nothing for the rest. */
export function paintLeak(paint: Paint, leak: Leak): PaintText {
  if (leak === 'no') return unpainted;
  return leak === 'certain' ? paint.red : paint.yellow;
}

/** Where a text goes. */
export interface TextStyle {
  readonly paint: Paint;
  /** Width of the text; infinite where nothing shows its lines. */
  readonly columns: number;
}

/** Where lines of a live screen go. */
export interface ScreenStyle extends TextStyle {
  /** How many lines there is room for. */
  readonly rows: number;
}

/** What a renderer is told about where its text goes. */
export interface Style extends TextStyle {
  /** On a terminal long rows are cut to the width; elsewhere (a file, grep) nothing is cut. */
  readonly isTerminal: boolean;
  /** `--fds`: every descriptor, not only counts. */
  readonly listDescriptors: boolean;
  /** `--why`: everything that the answer rests on. */
  readonly explains: boolean;
  /** `--quiet`: only the line with the answer, uncut. */
  readonly isQuiet: boolean;
  /** Several targets were asked for: JSON is an array, even where only one of them answered. */
  readonly manyTargets: boolean;
}
