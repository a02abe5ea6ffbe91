import type { TickReport } from '../../app/watch/session.ts';
import type { Paint } from '../../report/text/style.ts';
import { LineTeller } from '../../report/watch/lines.ts';
import { renderEventJson, renderNoticeJson, renderTickJson } from '../../report/watch/ndjson.ts';
import { renderScreen } from '../../report/watch/screen.ts';
import { livesAt } from '../../report/watch/screen-lives.ts';
import { sortPlaces } from '../../report/watch/screen-place-order.ts';
import { FIRST_VIEW, type ScreenRows, type ScreenView, toNextView } from '../../report/watch/screen-views.ts';
import type { Context } from '../context.ts';
import { LiveScreen } from './live-screen.ts';

/** `leave` gives the terminal back. */
export interface Show {
  readonly tell: (report: TickReport) => void;
  readonly leave: () => void;
}

interface ShowRequest {
  readonly context: Context;
  readonly paint: Paint;
  /** What each line of one of several begins with; null where there is one. */
  readonly name: string | null;
  readonly logEveryMs: number;
  readonly isQuiet: boolean;
  readonly onQuit: () => void;
  readonly onLook: () => void;
}

/** How each tick is shown: a screen, lines, or JSON. */
export function toShow(format: 'screen' | 'plain' | 'ndjson', request: ShowRequest): Show {
  const { context } = request;
  if (format === 'screen') return toScreen(request);
  if (format === 'ndjson') {
    const tell = ({ state, events, notices }: TickReport): void => {
      const lines = [
        ...events.map((event) => renderEventJson(event, state.pid)),
        ...notices.map((notice) => renderNoticeJson(notice, state)),
        renderTickJson(state),
      ];
      context.print(lines.join(''));
    };
    return { tell, leave: () => undefined };
  }
  const lines = new LineTeller(request);
  const tell = ({ state, events, notices }: TickReport): void => {
    const text = lines.tell(state, events, notices);
    if (text !== '') context.print(request.name === null ? text : text.replace(/^(?=.)/gm, `${request.name}  `));
  };
  return { tell, leave: () => undefined };
}

function toScreen({ paint, onQuit, onLook }: ShowRequest): Show {
  let view = FIRST_VIEW;
  let last: TickReport['state'] | null = null;
  const draw = (): void => {
    const state = last;
    if (state !== null) screen.show((size) => renderScreen(state, { paint, view, ...size }));
  };
  const onKey = (key: string): void => {
    if (key === 'q') onQuit();
    if (key === 's') onLook();
    const next = toNextView(view, key, countRows(last, view));
    if (next === null) return;
    view = next;
    draw();
  };
  const screen = new LiveScreen({ onKey, onQuit });
  let isLeft = false;
  return {
    tell: ({ state }) => {
      last = state;
      draw();
    },
    leave: () => {
      if (!isLeft) screen.leave();
      isLeft = true;
    },
  };
}

function countRows(state: TickReport['state'] | null, { order, selected }: ScreenView): ScreenRows {
  if (state === null) return { places: 0, descriptors: 0 };
  const place = sortPlaces(state.places, order)[selected];
  return { places: state.places.length, descriptors: livesAt(state, place).length };
}
