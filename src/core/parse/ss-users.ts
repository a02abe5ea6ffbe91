/**
 * One `("name",pid=7,fd=3)` of `users:((…),(…))`, up to the comma of the next or the last parenthesis.
 *
 * The name of a task is at most 15 bytes, any bytes. So it may hold `",pid=1,fd=3))`, but never that and what ss
 * prints after it: what follows decides where the name ends.
 */
const USER = /\("[^]{0,15}?",pid=\d+,fd=\d+\)(?:(?=,\(")|(?=\)(?: (?!")|\n(?!",pid=))))/y;

/** The text that introduces the column. */
const USERS = 'users:(';

/**
 * Skips `users:(("nginx",pid=7,fd=3),("nginx",pid=8,fd=3))` at `start`, whatever the names hold: gives the index after the last
 * parenthesis, `start` where there is no such column, or -1 where it is cut. It is never used to match sockets: names may forge it.
 *
 * @see iproute2 misc/ss.c find_entry(); kernel include/linux/sched.h TASK_COMM_LEN
 */
export function skipUsers(text: string, start: number): number {
  if (!text.startsWith(USERS, start)) return start;
  let at = start + USERS.length;
  for (;;) {
    USER.lastIndex = at;
    if (!USER.test(text)) return -1;
    at = USER.lastIndex + 1;
    if (text[at - 1] === ')') return at;
  }
}
