import { describe, expect, it } from 'vitest';
import { Deadline, Interrupted } from '../../src/collect/deadline.ts';

/** A clock that a test sets. */
class Hand {
  nowMs = 0;
  read = (): number => this.nowMs;
}

describe('Deadline', () => {
  it('is over when its time is, and not before', () => {
    const hand = new Hand();
    const deadline = new Deadline(hand.read, 1000);
    hand.nowMs = 999;
    expect(deadline.leftMs()).toBe(1);
    expect(deadline.isOver()).toBe(false);
    hand.nowMs = 1000;
    expect(deadline.isOver()).toBe(true);
  });

  it('does not count a pause that was asked for', async () => {
    const hand = new Hand();
    const deadline = new Deadline(hand.read, 1000);
    hand.nowMs = 100;
    await deadline.pause(
      Promise.resolve().then(() => {
        hand.nowMs = 5100;
      }),
    );
    expect(deadline.leftMs()).toBe(900);
  });

  it('gives a part no more than it has itself', () => {
    const hand = new Hand();
    const deadline = new Deadline(hand.read, 1000);
    hand.nowMs = 700;
    expect(deadline.part(400).leftMs()).toBe(300);
    expect(deadline.part(200).leftMs()).toBe(200);
  });

  it('is over at once where a signal has come', () => {
    const controller = new AbortController();
    const deadline = new Deadline(() => 0, 1000, controller.signal);
    expect(deadline.isOver()).toBe(false);
    controller.abort();
    expect(deadline.leftMs()).toBe(0);
    expect(deadline.part(500).isOver()).toBe(true);
  });

  it('lets no reading go on after a signal', async () => {
    const controller = new AbortController();
    const deadline = new Deadline(() => 0, 1000, controller.signal);
    await deadline.rest();
    controller.abort();
    await expect(deadline.rest()).rejects.toThrow(Interrupted);
  });

  it('hears what happened meanwhile once it has read for a quarter of a second', async () => {
    const hand = new Hand();
    const deadline = new Deadline(hand.read, 1000);
    let isHeard = false;
    setImmediate(() => {
      isHeard = true;
    });
    await deadline.rest();
    expect(isHeard).toBe(false);
    hand.nowMs = 250;
    await deadline.rest();
    expect(isHeard).toBe(true);
  });
});
