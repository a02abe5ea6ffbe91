import type { RecognisedText, RecognisedPart } from '../model/recognised.ts';
import type { SavedFile } from './file.ts';
import { summarise } from './summarise.ts';

/** What was recognised in the files, with the lines of each part, and the lines that nothing knew. */
export function toRecognised(files: readonly SavedFile[], pid: number | null): RecognisedText {
  const [user = null] = files.flatMap(({ saved }) =>
    saved.parts.flatMap(({ content }) =>
      content.kind === 'descriptors' && pid !== null ? (content.users.get(pid) ?? []) : [],
    ),
  );
  return {
    user,
    parts: files.flatMap(({ name, saved }) =>
      saved.parts.map((part): RecognisedPart => {
        const { tool, firstLine, lastLine, command, partial, content } = part;
        const refused = content.kind === 'refused' ? { because: content.because, remedy: content.remedy } : null;
        return { file: name, tool, lines: [firstLine, lastLine], command, ...summarise(part), partial, refused };
      }),
    ),
    unrecognised: files.flatMap(({ name, saved }) =>
      saved.unrecognisedCount === 0 ? [] : [{ file: name, count: saved.unrecognisedCount, lines: saved.unrecognised }],
    ),
  };
}
