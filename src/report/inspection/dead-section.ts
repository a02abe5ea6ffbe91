import { measurePace } from '../../core/place/pace.ts';
import type { Descriptor } from '../../core/model/descriptor.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import type { Place } from '../../core/model/place.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import { formatNumber } from '../../core/words/numbers.ts';
import { escapeText } from '../text/escape.ts';
import type { Style } from '../text/style.ts';
import { cutToWidth } from '../text/width.ts';

const PLACES = 2;
const PEERS = 3;

/** Of the dead: where they were accepted or led to, who the peers were, and since when. */
export function* renderDeadFacts(inspection: Inspection, { columns }: Style): Generator<string> {
  const dead = inspection.places.filter(({ what }) => what.startsWith('dead '));
  const total = dead.reduce((sum, { count }) => sum + count, 0);
  for (const { where, count, fds } of dead.slice(0, PLACES)) {
    const by = sayListener(inspection, fds);
    const place = escapeText((where ?? '').replace(/^accepted on /, ''));
    yield cutToWidth(`  on     ${place}${by}   ${formatNumber(count)} of ${formatNumber(total)}`, columns) + '\n';
  }
  const peers = sayPeers(inspection.descriptors);
  if (peers !== '') yield cutToWidth(`  from   ${peers}`, columns) + '\n';
  const ages = inspection.descriptors.flatMap(({ socket }) =>
    socket !== null && 'deadMs' in socket ? (socket.deadMs?.atLeast ?? []) : [],
  );
  const since = saySince(inspection, dead, ages);
  if (since !== '') yield cutToWidth(`  since  ${since}`, columns) + '\n';
  yield* sayPace(inspection, { dead, ages, columns });
}

function sayListener({ descriptors }: Inspection, fds: readonly number[]): string {
  const one = descriptors.find(({ fd, verdict }) => fd === fds[0] && verdict.is === 'orphaned');
  const acceptedOn =
    one?.socket !== null && one !== undefined && 'acceptedOn' in one.socket ? one.socket.acceptedOn : null;
  const [listener] = acceptedOn?.listeners ?? [];
  return listener === undefined ? '' : `, accepted by fd ${listener}`;
}

/** `10.0.0.7 (790), 10.0.0.9 (36)`: whom the dead belonged to. */
function sayPeers(descriptors: readonly Descriptor[]): string {
  const counts = new Map<string, number>();
  for (const { socket, verdict } of descriptors) {
    if (verdict.is !== 'orphaned' || socket === null || !('remote' in socket) || socket.remote === null) continue;
    const address = socket.remote.address.replace(/^::ffff:(?=\d+\.)/, '');
    counts.set(address, (counts.get(address) ?? 0) + 1);
  }
  const sorted = [...counts].toSorted(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, PEERS).map(([address, count]) => `${escapeText(address)} (${formatNumber(count)})`);
  const rest = sorted.length - PEERS;
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function saySince({ looksApartMs }: Inspection, dead: readonly Place[], ages: readonly number[]): string {
  const oldest = Math.max(...dead.map(({ oldestMs }) => oldestMs ?? 0));
  const leastMs = ages.reduce((most, age) => Math.max(most, age), looksApartMs ?? 0);
  const least = leastMs === 0 ? '' : `at least ${formatDuration(leastMs)}`;
  const most = oldest === 0 ? '' : `at most ${formatDuration(oldest)}`;
  const isExact = least.slice('at least '.length) === most.slice('at most '.length);
  return isExact ? formatDuration(leastMs) : [least, most].filter((part) => part !== '').join(', ');
}

/** How fast they died, beside a certain leak alone: one look sees no closing. */
function* sayPace(
  { looksApartMs }: Inspection,
  {
    dead,
    ages,
    columns,
  }: { readonly dead: readonly Place[]; readonly ages: readonly number[]; readonly columns: number },
): Generator<string> {
  const pace = dead.some(({ leak }) => leak === 'certain') ? measurePace(ages, looksApartMs ?? 0) : null;
  if (pace === null) return;
  const { perHour, youngestMs, stillGoing } = pace;
  const rate =
    perHour >= 60 ? `${formatNumber(Math.round(perHour / 60))} per minute` : `${Number(perHour.toFixed(1))} per hour`;
  const going = `${stillGoing ? 'still going on' : 'not going on'}, the youngest ${formatDuration(youngestMs)} ago`;
  yield cutToWidth(`  pace   ${rate} if none was closed; ${going}`, columns) + '\n';
}
