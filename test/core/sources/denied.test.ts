import { expect, it } from 'vitest';
import { toInspection } from '../../../src/core/inspection.ts';
import { inspectionOf, someCircumstances, someEvidence } from '../evidence-builder.ts';

const missingFor = (viewerUid: number, uid: number) => {
  const { process } = someCircumstances();
  const { capability } = inspectionOf({
    open: null,
    process: { ...process, uid },
    viewer: { uid: viewerUid, hasSysResource: null },
  });
  return capability.missing.find(({ source }) => source === 'proc-fd');
};

it('tells a stranger to become root, with a command that can be pasted', () => {
  expect(missingFor(65_534, 0)?.remedy).toMatch(/^sudo fdleak inspect \d+$/);
});

it('tells root in a container which capability it lacks', () => {
  const missing = missingFor(0, 0);
  expect(missing?.because).toContain('you are root without CAP_SYS_PTRACE');
  expect(missing?.remedy).toContain('--cap-add SYS_PTRACE');
});

it('tells the owner of a process that is not dumpable why it is closed to him', () => {
  expect(missingFor(1000, 1000)?.because).toContain('the process is not dumpable');
});

it('says of a folder that we have no descriptor left to open what we lack, and does not send for root', () => {
  const open = { kind: 'failed', path: '/proc/4242/fd', because: 'EMFILE' } as const;
  const { capability, sources } = toInspection({ ...someEvidence(), open }, someCircumstances());
  expect(capability.missing.find(({ source }) => source === 'proc-fd')).toMatchObject({
    because: expect.stringContaining('could not be read (EMFILE)'),
    remedy: 'ulimit -n 1024, then again',
  });
  expect(sources.find(({ name }) => name === 'proc-fd')).toMatchObject({ status: 'failed' });
});
