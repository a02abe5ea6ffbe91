/** What a watch's screen shows: all of it, one place, the evidence, or its keys. */
export interface ScreenView {
  readonly shows: 'all' | 'place' | 'evidence' | 'help';
  /** The row of the places that is selected. */
  readonly selected: number;
}

export const FIRST_VIEW: ScreenView = { shows: 'all', selected: 0 };

/** The view after a key; null where the key changes nothing. `places`: how many rows there are. */
export function toNextView(view: ScreenView, key: string, places: number): ScreenView | null {
  const last = Math.max(0, places - 1);
  switch (key) {
    case '\u001b[A':
    case 'k':
      return { ...view, selected: Math.max(0, view.selected - 1) };
    case '\u001b[B':
    case 'j':
      return { ...view, selected: Math.min(last, view.selected + 1) };
    case '\r':
      return toggle(view, 'place');
    case 'e':
      return toggle(view, 'evidence');
    case '?':
      return toggle(view, 'help');
    case '\u001b':
      return { ...view, shows: 'all' };
    default:
      return null;
  }
}

function toggle(view: ScreenView, shows: ScreenView['shows']): ScreenView {
  return { ...view, shows: view.shows === shows ? 'all' : shows };
}
