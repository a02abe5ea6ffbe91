import { accessSync, constants, existsSync } from 'node:fs';
import { type HistoryFault, toHistoryFault } from './fault.ts';

/** null of a file that this user may read. What may not be entered may hold it all the same: that it is missing is said of ENOENT alone. */
export function whyUnreadable(path: string): HistoryFault | null {
  try {
    accessSync(path, constants.R_OK);
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') {
      return toHistoryFault('missing', path, 'there is no such file. Next: `ls ~/.local/state/fdleak` lists histories');
    }
    if (code === 'EACCES') {
      const what = existsSync(path) ? 'it may not be read' : 'a folder on its path may not be entered';
      const remedy = 'run as the user who watches, or as root';
      return toHistoryFault('failed', path, `${what} by this user (EACCES). Next: ${remedy}`);
    }
    return toHistoryFault('failed', path, String(error instanceof Error ? error.message : error));
  }
}
