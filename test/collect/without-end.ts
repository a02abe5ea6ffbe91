import { Deadline } from '../../src/collect/deadline.ts';

/** A deadline that does not come. */
export const WITHOUT_END = new Deadline(() => 0, 1);
