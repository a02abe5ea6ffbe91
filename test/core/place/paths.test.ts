import { describe, expect, it } from 'vitest';
import { normalisePath } from '../../../src/core/place/paths.ts';

describe('normalisePath', () => {
  it.each([
    ['/tmp/upload-a8Xk2P.part', '/tmp/upload-*.part'],
    ['/proc/4242/status', '/proc/#/status'],
    ['/tmp/export20261126-18921-a8xk2p', '/tmp/export#-#-*'],
    ['/srv/asset12345.js', '/srv/asset#.js'],
    ['/tmp/phpabcdef', '/tmp/php*'],
    ['/tmp/php7wuhuBd12XGy (deleted)', '/tmp/php* (deleted)'],
    ['/run/0b5f9c1e-3d2a-4c7b-9e8f-001122334455/s', '/run/*/s'],
    ['/var/lib/3f2504e0-4f89-11d3-9a0c-0305e82c3301/x', '/var/lib/*/x'],
    ['/var/log/application.log', '/var/log/application.log'],
    ['/data/MyApplication/state', '/data/MyApplication/state'],
  ])('calls %s %s', (path, place) => {
    expect(normalisePath(path)).toBe(place);
  });

  it('names a path of a page by its beginning, in no more time than others', () => {
    const long = `/${'d'.repeat(200)}`.repeat(20);
    expect(normalisePath(`${long}/a`)).toBe(normalisePath(`${long}/b`));
    const before = process.cpuUsage();
    for (let at = 0; at < 2000; at += 1) normalisePath(`${long}/${'0123456-'.repeat(10)}${at}`);
    const { user } = process.cpuUsage(before);
    expect(user / 1000).toBeLessThan(500);
  });
});
