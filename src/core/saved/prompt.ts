/** A command that a paste shows before its output. */
export interface ShownCommand {
  readonly command: string;
  /** Pids that the command names: `-p 189`, `/proc/189/fd`. */
  readonly pids: readonly number[];
}

/** `[op@relay1 ~]$ `, `root@c1:/srv# `, `relay1 ~ # `, `bash-5.1# `, `sh-4.2$ `, `$ `, `/ # `, `~ $ `, `➜  ~ `, `(venv) op@h:~$ `. */
const PROMPT =
  /^(?:\([\w.-]+\) )?(?:\[[^\]\n]{1,120}\]\s?[$#%>]|[\w.-]+@[\w.-]+(?::|\s)[^$#%>\n]{0,120}[$#%>]|[\w.-]{1,60}:[~/][^\s$#%]{0,80}[$#%]|PS [A-Z]:\\[^\n>]{0,120}>|(?:ba|da|z|k|a)?sh(?:-[\d.]+)?[$#]|[\w.-]{0,60} ?[~/][\w./~-]{0,80} [$#%]|[~/][\w./~-]{0,80} ?[$#%]|[$#%❯➜>])(?:\s+(.*))?$/u;
/** `Every 2.0s: lsof -p 7   host: Mon Nov 23 …` of watch(1), which cuts rows to the window. */
const WATCH = /^Every \d+[.,]\d+s: (.*?)(?:\s{2,}\S+:.*|\s{2,}\S.*\d{4})?\s*$/;
const PIDS = [/\/proc\/(\d+)(?:\/|\b)/g, /(?:^|\s)-[A-Za-z]*p\s*(\d+(?:,\d+)*)/g, /--pid[= ](\d+)/g, /\bpid=(\d+)/g];
/** Tools that take a bare pid as their argument. */
const BARE = /\b(?:jstack|gcore|pstack|eu-stack|lsfd|py-spy\s+dump)\b[^|;]*?\s(\d{1,7})\b/;
const GREP_PID = /\|\s*(?:e|f)?grep\s+(?:-\S+\s+)*["']?(\d{2,7})(?:\/|["'\s]|$)/;

/** In a block of code that is indented; `#` there is a frame of a stack. */
const INDENTED = /^\s+(?=\$ )/;
const SIGN = /[$#%>❯➜]/u;

/** Reads a prompt with its command, or null. A prompt alone has the command ''. */
export function parsePrompt(line: string): ShownCommand | null {
  if (!SIGN.test(line)) return null;
  const [found, command = ''] = PROMPT.exec(line.replace(INDENTED, '')) ?? [];
  if (found === undefined) return null;
  // `# 0x59e6d1 …` is a frame of a goroutine profile, `> /dev/null` a redirection, `# fd` a comment.
  return /^[#>%]/.test(line) && !/^\s*(?:sudo |[a-z_./-]+\b)/.test(command) && command !== ''
    ? null
    : toCommand(command.trim());
}

/** A command without a prompt, alone on its line: `lsof -p 7 | grep sock`. */
const BARE_COMMAND =
  /^\s*(?:\++ )?(?:sudo\s+(?:-\S+\s+)*)?(?:(?:kubectl|docker|podman|nsenter|crictl)\s.*\s)?(?:\/\S*\/)?(?:lsof|ls|netstat|ss|cat|prlimit|ulimit|lsfd|jstack|jcmd|py-spy|gdb|pstack|watch|curl|find|readlink|for)\s+(?:\S.*)?[-/|]\S?.*$/;

/** Reads a line that is a command by its first word, or null. */
export function parseBareCommand(line: string): ShownCommand | null {
  return BARE_COMMAND.test(line) ? toCommand(line.trim().replace(/^\++ /, '')) : null;
}

/** Files of captures are named after what they are of: `…/proc/7/net/tcp6` is as good as the command that printed it. */
export function toHint(name: string): ShownCommand | null {
  const [path, pid] = /(?:^|\/)proc\/(\d+)\/\S+$/.exec(name) ?? [];
  return path === undefined ? null : { command: `cat ${path}`, pids: [Number(pid)] };
}

/** `==> /proc/7/limits <==` of tail and head; those of fdinfo belong to their listing. */
const FILE_HEADER = /^==> (?:.*)?(\/proc\/(\d+)\/(?!fdinfo\/|task\/\d+\/fdinfo\/)\S+) <==$/;

/** Reads the header that tail(1) prints above each of several files, or null. */
export function parseFileHeader(line: string): ShownCommand | null {
  if (!line.startsWith('==> ')) return null;
  const [, path, pid] = FILE_HEADER.exec(line.trim()) ?? [];
  return path === undefined ? null : { command: `cat ${path}`, pids: [Number(pid)] };
}

/** `== 4242` that a loop over processes echoes above each: null for anything else, and for any other command. */
export function parseLoopHeader(line: string, shown: ShownCommand | null): ShownCommand | null {
  if (shown === null || !/\b(?:for|while|xargs)\b.*\/fd\b/.test(shown.command)) return null;
  const [, pid] = /^[=#*-]*\s*(?:pid|process)?[:= ]*(\d{1,7})\s*[:=#*-]*$/i.exec(line.trim()) ?? [];
  return pid === undefined ? null : { command: shown.command, pids: [Number(pid)] };
}

/** Reads the header that watch(1) prints, or null. */
export function parseWatchHeader(line: string): ShownCommand | null {
  if (!line.startsWith('Every ')) return null;
  const [, command] = WATCH.exec(line) ?? [];
  return command === undefined ? null : toCommand(command);
}

function toCommand(command: string): ShownCommand {
  const pids = new Set<number>();
  for (const pattern of PIDS) {
    for (const [, list = ''] of command.matchAll(pattern)) for (const pid of list.split(',')) pids.add(Number(pid));
  }
  for (const pattern of [BARE, GREP_PID]) {
    const [, pid] = pattern.exec(command) ?? [];
    if (pid !== undefined) pids.add(Number(pid));
  }
  return { command, pids: [...pids] };
}
