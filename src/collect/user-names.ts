import { readFileText } from './read-file.ts';

const MOST_PASSWD_BYTES = 1 << 20;

/** Names of the users of this machine by their uid, from /etc/passwd; those of a directory service are not in it. */
export function readUserNames(): ReadonlyMap<number, string> {
  const file = readFileText('/etc/passwd', MOST_PASSWD_BYTES);
  const names = new Map<number, string>();
  for (const line of file.kind === 'text' ? file.text.split('\n') : []) {
    const [name, , uid] = line.split(':');
    if (name !== undefined && uid !== undefined && /^\d+$/.test(uid) && !names.has(Number(uid)))
      names.set(Number(uid), name);
  }
  return names;
}
