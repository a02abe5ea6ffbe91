/** What came and went at one place while one process was watched. Times in ms, moments in ms since 1970. */
export interface Turnover {
  /** One of many ports or files is known by this for as long as it lasts, whichever they are. */
  readonly place: string;
  /** The places that were put together under it; none where it stands for itself. */
  readonly members: readonly string[];
  /** What most of those open there are: a verdict of a socket, else a kind. */
  readonly what: string;
  readonly open: number;
  /** Open at the first look: how old they were is not known. */
  readonly atStart: number;
  /** Since the first look. */
  readonly opened: number;
  readonly closed: number;
  /** Opened since the first look and still open. */
  readonly survivors: number;
  /** Survivors that have been open for three times as long as nearly all that were closed. */
  readonly outlived: number;
  /** Survivors that came in the first and in the last third of the time. */
  readonly early: number;
  readonly late: number;
  /**
   * The mean moment at which those came that stayed longer than nearly all that were closed, as part of the time: 0.5 where they came
   * evenly, less where ever fewer come. null of none.
   */
  readonly centre: number | null;
  /** In how many goes they came, as far as chance is concerned: 39 one by one in 39, 39 by 13 at once in 3. */
  readonly goes: number;
  /** When the oldest and the youngest of those open were first seen; null where none is. */
  readonly oldestSince: number | null;
  readonly youngestSince: number | null;
  /** How long those that were closed had been open; null where none was. */
  readonly closedAfterMs: { readonly median: number; readonly most: number } | null;
  /** Whether load alone may make survivors: a peer, or the size of the data, decides how many there are. */
  readonly drivenBy: Driver;
}

/**
 * Who decides how many descriptors a place has. `peers`: accepted connections that are alive stay until their peers end. `content`: files
 * of the program's own, each open once, as in a store or a cache. `fan-out`: live connections to as many addresses. `program`: nothing but the program.
 */
export type Driver = 'peers' | 'content' | 'fan-out' | 'program';

/** What the turnover of a place that grows comes to. */
export type PlaceJudgement = 'leak' | 'may-be-load' | 'steady' | 'too-short';

/** One place, judged: an entry of `places` in `fdleak.report/1`. */
export interface JudgedPlace extends Turnover {
  readonly judgement: PlaceJudgement;
  readonly perHour: number | null;
  readonly perHourLow: number | null;
  readonly perHourHigh: number | null;
  readonly because: string;
}
