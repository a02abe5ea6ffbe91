import { expect, it } from 'vitest';
import { Sightings } from '../../../src/core/exercise/sightings.ts';
import { aSocket } from '../../inspection-builder.ts';

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
