/** By what the places are sorted, in the order in which a key goes through them. */
export const PLACE_ORDERS = ['now', 'pace', 'oldest', 'where'] as const;

export type PlaceOrder = (typeof PLACE_ORDERS)[number];

/** What a watch's screen shows: all of it, one place, the life of one of its descriptors, the evidence, or its keys. */
export interface ScreenView {
  readonly shows: 'all' | 'place' | 'life' | 'evidence' | 'help';
  /** The row of the places that is selected. */
  readonly selected: number;
  /** The row of the descriptors of that place. */
  readonly descriptor: number;
  readonly order: PlaceOrder;
}

export const FIRST_VIEW: ScreenView = { shows: 'all', selected: 0, descriptor: 0, order: 'now' };

/** How many rows there are to go through. */
export interface ScreenRows {
  readonly places: number;
  /** Of the selected place. */
  readonly descriptors: number;
}

/** The view after a key; null where the key changes nothing. */
export function toNextView(view: ScreenView, key: string, rows: ScreenRows): ScreenView | null {
  switch (key) {
    case '\u001b[A':
    case 'k':
      return move(view, -1, rows);
    case '\u001b[B':
    case 'j':
      return move(view, 1, rows);
    case '\r':
      return enter(view, rows);
    case 'o':
      return { ...view, order: toNextOrder(view.order), selected: 0, descriptor: 0 };
    case 'e':
      return toggle(view, 'evidence');
    case '?':
      return toggle(view, 'help');
    case '\u001b':
      return { ...view, shows: view.shows === 'life' ? 'place' : 'all' };
    default:
      return null;
  }
}

function move(view: ScreenView, by: 1 | -1, { places, descriptors }: ScreenRows): ScreenView {
  const within = (row: number, count: number): number => Math.max(0, Math.min(count - 1, row + by));
  return view.shows === 'place' || view.shows === 'life'
    ? { ...view, descriptor: within(view.descriptor, descriptors) }
    : { ...view, selected: within(view.selected, places), descriptor: 0 };
}

function enter(view: ScreenView, { descriptors }: ScreenRows): ScreenView {
  if (view.shows === 'place') return { ...view, shows: descriptors > 0 ? 'life' : 'all' };
  return view.shows === 'life' ? { ...view, shows: 'place' } : { ...view, shows: 'place', descriptor: 0 };
}

function toNextOrder(order: PlaceOrder): PlaceOrder {
  return PLACE_ORDERS[(PLACE_ORDERS.indexOf(order) + 1) % PLACE_ORDERS.length] ?? 'now';
}

function toggle(view: ScreenView, shows: ScreenView['shows']): ScreenView {
  return { ...view, shows: view.shows === shows ? 'all' : shows };
}
