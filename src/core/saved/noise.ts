/** What a line says that stands between the rows of a listing and is none. */
export interface Noise {
  /** Why the listing beside it may not be whole; null for chatter. */
  readonly partial: string | null;
}

const CHATTER: Noise = { partial: null };

const CHATTERS: readonly RegExp[] = [
  /^\[sudo\] /,
  /^Defaulted container /,
  /^Defaulting container name /,
  /^Use 'kubectl describe /,
  /^If you don't see a command prompt/,
  /^(?:Last login|Unable to use a TTY|Warning: |WARNING: .*(?:kubectl|kubeconfig|OCI))/,
  /^sudo: /,
  /^Cannot stat file \/proc\/\d+\/fd\/\d+: /,
  /^lsof: no pwd entry for UID /,
  /^warning, got bogus \S+ line\.$/,
  /^\s+Output information may be incomplete\.$/,
  /^lsof: WARNING: /,
  /^\s*assuming "dev=/,
  /^[-=*_#|: ]{3,}\s*$/,
  /^== \d+$/,
  /^\s*(?:--More--(?:\(\d+%\))?|\(END\)|lines \d+-\d+(?:\/\d+)?(?: \(END\)| \d+%)?)\s*$/,
  /^Script (?:started|done) on /,
  /^Connection to \S+ closed\.?$/,
  /^(?:real|user|sys)\s+\d+m[\d.,]+s$/,
  /^\S+ \| (?:CHANGED|SUCCESS|FAILED) \| rc=\d+ >>$/,
  // The end of a heading that was broken.
  /^\s*(?:(?:NODE )?NAME|(?:State\s+)?PID\/Program name|(?:I-Node\s+.*)?Path|Process)\s*$/,
  /^\(gdb\) /,
  /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\S*$/,
];

const CUTS: readonly (readonly [pattern: RegExp, partial: string])[] = [
  [
    /^\s*(?:…|\.{3,}|\[?\.\.\.\]?|\[…\]|\(…\)|<(?:snip|cut|truncated|skip|omitted)[^<>]{0,60}>|\[(?:snip|cut|truncated|skip|omitted)[^\]]{0,60}\]|\((?:snip|cut|skip|omitted)[^()]{0,60}\)|snip|-+\s*(?:8<|✂|snip)[\s-]*(?:8<|✂|snip)?[\s-]*)\s*$/i,
    'lines were left out',
  ],
  [
    /^\s*(?:\/[/*]|#)?\s*[([<]?\s*(?:\.\.\.|…)?\s*(?:and\s+)?(?:about\s+|~)?\d+\s+(?:more|others?|lines?|rows?|similar)\b[^)\]>]{0,60}[)\]>]?\s*(?:…|\.\.\.)?\s*$/i,
    'lines were left out',
  ],
  [
    /^[^\w/]*(?:[\w~,']+ ){0,6}(?:omitted|snipped|skipped|truncated|elided|repeat(?:s|ed)?|many more|more lines|more of the same|and so on|etc|removed for brevity|usw|gekürzt|ausgelassen|weitere Zeilen|lignes omises|省略)(?!\w).{0,60}$/i,
    'lines were left out',
  ],
  [/^\s*[.:·⋮]\s*$/, 'lines were left out'],
  [/^\s*(?:…|\.\.\.).{0,80}(?:…|\.\.\.)?\s*$/, 'lines were left out'],
  [/^command terminated with exit code/, 'the command ended with an error'],
  [
    /^\(?(?:Not all processes could be identified, non-owned process info|\(?No info could be read for "-p")/,
    'the owner of some sockets was not shown: it did not run as root',
  ],
  [
    /^\s*(?:will not be shown, you would have to be root to see it all|non possédés ne seront pas affichées, .*|nicht-eigene Prozesse werden nicht angezeigt; .*|de outrem não serão mostrados, .*|pouze o procesech, jichž jste vlastníkem.*|byste být superuživatelem|表示されません。.*|info lugemiseks peab olema root)\.?\)?$/,
    'the owner of some sockets was not shown: it did not run as root',
  ],
  [
    /^\((?:Es konnten nicht alle Prozesse identifiziert werden|Tous les processus ne peuvent être identifiés|Nem todos os processos puderam ser identificados|Všechny procesy nemohly být identifikovány|Mõnesid protsesse ei saanud identifitseerida|一部のプロセスが識別されますが|No info could be read for|(?:Für|Pro|Pas d'infos|Não foi possível ler|)\s?\S{0,20}\s?["„]-p["“])/,
    'the owner of some sockets was not shown: it did not run as root',
  ],
  [
    /^ls: (?:cannot |can't |Zugriff |.*(?:Permission denied|No such file|Keine Berechtigung|nicht m))/,
    'ls could not read some of it',
  ],
  [/(?:readlink|opendir): Permission denied/, 'some descriptors could not be read: permission denied'],
];

/** One test that most lines fail, for all of them. */
const ANY = new RegExp(
  [...CUTS.map(([pattern]) => pattern), ...CHATTERS].map(({ source }) => `(?:${source})`).join('|'),
  'i',
);

/** No chatter is longer; of a line of a million blanks the patterns would take for ever. */
const LONGEST = 400;

/** Says whether a line is the chatter of a terminal, a warning, or a sign that lines are missing; null for anything else. */
export function parseNoise(whole: string): Noise | null {
  if (whole.length > LONGEST) return null;
  // Patterns allow for blanks in several places: a run of 300 could be shared among them in millions of ways.
  const line = whole.replace(/\s{3,}/g, '   ');
  if (!ANY.test(line)) return null;
  for (const [pattern, partial] of CUTS) if (pattern.test(line)) return { partial };
  return CHATTERS.some((pattern) => pattern.test(line)) ? CHATTER : null;
}
