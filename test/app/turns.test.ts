import { expect, it } from 'vitest';
import { Turns } from '../../src/app/turns.ts';

it('lets one at a time work, and others while it pauses', async () => {
  const turns = new Turns();
  const events: string[] = [];
  const work = async (name: string, pause: Promise<void> | null): Promise<void> => {
    await turns.take();
    events.push(`${name} begins`);
    await Promise.resolve();
    if (pause !== null) {
      turns.give();
      await pause;
      await turns.take();
    }
    events.push(`${name} ends`);
    turns.give();
  };
  let wake = (): void => undefined;
  const pause = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const all = [work('a', pause), work('b', null), work('c', null)];
  await all[2];
  wake();
  await Promise.all(all);
  expect(events).toEqual(['a begins', 'b begins', 'b ends', 'c begins', 'c ends', 'a ends']);
});
