import { parseInspections } from '../../src/core/compare/parse-inspection.ts';
import { chooseInspection, inspectFiles } from '../../src/core/saved/inspect-files.ts';
import { readNamed } from '../../src/core/saved/read-named.ts';
import { NO_STACKS } from '../../src/core/saved/stack-evidence.ts';
import { renderDescriptors } from '../../src/report/inspection/descriptors-section.ts';
import { renderHolders } from '../../src/report/inspection/holders-section.ts';
import { renderRecognised } from '../../src/report/inspection/recognised-section.ts';
import { renderScreen } from '../../src/report/inspection/screen.ts';
import { PLAIN } from '../../src/report/text/style.ts';

/** What the page asks its worker. */
export interface Question {
  readonly text: string;
  /** The process to look at, where several are in the text. */
  readonly pid: number | null;
  readonly listDescriptors: boolean;
}

export interface Answer {
  readonly text: string;
  /** Processes to choose from; empty where there is no choice. */
  readonly pids: readonly number[];
}

const NAME = 'the text';
/** More is no paste. */
const MOST_CHARACTERS = 32 * 1024 * 1024;
const COLUMNS = 100;

/** Explains a pasted listing, as `fdleak inspect --from -` does. */
export function explain({ text, pid, listDescriptors }: Question): Answer {
  if (text.length > MOST_CHARACTERS)
    return { text: 'This is more than 32 million characters: run fdleak inspect --from FILE.', pids: [] };
  const choice = { pid, stacks: NO_STACKS, version: '' };
  const own = parseInspections(text);
  const outcome =
    own.length > 0
      ? chooseInspection(own, choice)
      : inspectFiles([{ name: NAME, saved: readNamed(NAME, text) }], NAME, choice);
  switch (outcome.kind) {
    case 'refused':
      return { text: `Cannot tell: ${outcome.because}. Next: ${outcome.remedy}.`, pids: [] };
    case 'several':
      return { text: `Choose a process: ${outcome.because}.`, pids: outcome.pids };
    case 'inspected': {
      const { inspection } = outcome;
      const style = {
        paint: PLAIN,
        columns: COLUMNS,
        isTerminal: false,
        listDescriptors,
        explains: false,
        isQuiet: false,
        manyTargets: false,
      };
      const pieces = [
        ...renderScreen(inspection, style),
        ...renderHolders(inspection, style),
        ...renderRecognised(inspection, style),
        ...(listDescriptors ? renderDescriptors(inspection, style) : []),
      ];
      return { text: pieces.join(''), pids: [] };
    }
  }
}
