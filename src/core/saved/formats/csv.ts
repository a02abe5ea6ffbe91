import type { SavedFormat } from '../format.ts';
import { toRefusal } from '../refusals.ts';

/** `COMMAND,PID,USER,FD,TYPE`, `"PID";"FD"`, `Netid,State,Recv-Q`, `Proto,Recv-Q`: headings of tables, parted by commas. */
const HEADING =
  /^\s*"?(?:(?:COMMAND|PID|USER|FD|TYPE|ASSOC|NAME|TID)"?\s?[,;]\s?"?){2}|^\s*"?(?:Netid"?[,;]"?State|State"?[,;]"?Recv-Q|Proto"?[,;]"?Recv-Q)"?[,;]/i;
const ROW = /^[^,;]*[,;][^,;]*[,;]/;

/** A listing that was made a table of commas: devices and lists of holders have commas of their own. */
export const CSV: SavedFormat = {
  starts: (line) => HEADING.test(line),
  continues: (line) => ROW.test(line),
  isHeading: (line) => HEADING.test(line),
  mayWrap: false,
  read: () =>
    toRefusal(
      'csv',
      'a table of commas: which of them are between cells cannot be told from those within',
      'save what the tool printed: lsof -nP -p PID, or ss -tanpe',
    ),
};
