import { expect, it } from 'vitest';
import { toFileName, toHistoryPath } from '../../../src/app/watch/history-path.ts';
import type { Target } from '../../../src/core/model/target.ts';

it.each([
  { target: { by: 'port', port: 8080 }, name: 'port-8080.db' },
  { target: { by: 'pid', pid: 42 }, name: 'pid-42-nginx.db' },
  { target: { by: 'unit', unit: 'nginx@1.service' }, name: 'unit-nginx@1.service.db' },
  { target: { by: 'pidfile', path: '/run/../x y.pid' }, name: 'pidfile-_run_.._x_y.pid.db' },
  { target: { by: 'name', pattern: /^a\/b$/ }, name: 'name-_a_b_.db' },
] as const satisfies readonly { target: Target; name: string }[])(
  'keeps the history of $target in $name',
  ({ target, name }) => {
    expect(toHistoryPath(target, 'nginx', { XDG_STATE_HOME: '/state' })).toBe(`/state/fdleak/${name}`);
  },
);

it('keeps it below the home folder where XDG_STATE_HOME is not set, or relative', () => {
  for (const env of [{}, { XDG_STATE_HOME: 'state' }]) {
    expect(toHistoryPath({ by: 'port', port: 1 }, null, env)).toMatch(/^\/.*\.local\/state\/fdleak\/port-1\.db$/);
  }
});

it('names a file after a pid alone where the name of the process is not asked', () => {
  expect(toFileName({ by: 'pid', pid: 42 }, null)).toBe('pid-42');
});
