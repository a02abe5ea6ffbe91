import { expect, it } from 'vitest';
import { describeOrphan, SEEN_APART } from '../../../src/core/classify/orphan.ts';
import { Sightings } from '../../../src/core/exercise/sightings.ts';
import { anOrphan, aSocket } from '../../inspection-builder.ts';

const dead = aSocket({ is: 'orphaned' });

it('lets an orphan stay from the look at which it was first seen', () => {
  const sightings = new Sightings();
  sightings.note([dead], 1000);
  sightings.note([dead], 3000);

  expect([sightings.hasStayed(dead, 2000), sightings.hasStayed(dead, 2001)]).toEqual([true, false]);
});

it('begins anew when a number holds another socket, or the socket another verdict', () => {
  const sightings = new Sightings();
  const closed = aSocket({ is: 'peer-closed' });
  const other = aSocket({ is: 'orphaned', inode: '99' });
  sightings.note([closed], 0);
  sightings.note([dead, other], 5000);

  expect([sightings.hasStayed(dead, 1), sightings.hasStayed(other, 1)]).toEqual([false, false]);
});

it('counts at once what does not pass by itself', () => {
  const sightings = new Sightings();
  sightings.note([aSocket()], 0);

  expect(sightings.hasStayed(aSocket(), 5000)).toBe(true);
});

it('makes an orphan certain once two looks lie 5 s apart, and not before', () => {
  const sightings = new Sightings();
  const suspect = anOrphan({ leak: 'suspect' });
  sightings.note([suspect], 0);
  sightings.note([suspect], 4999);
  const [before] = sightings.settle([suspect]);
  sightings.note([suspect], 5000);
  const [after] = sightings.settle([suspect]);

  expect(before?.verdict.leak).toBe('suspect');
  expect(after?.verdict).toMatchObject({
    leak: 'certain',
    because: describeOrphan('reset', SEEN_APART),
    checked: expect.arrayContaining(['second-look']),
  });
});
