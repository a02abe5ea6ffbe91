/** What of the walk could not be had, in the order it is tried. `off`: nobody wants it. */
export type WalkStep = 'off' | 'calls' | 'types' | 'members' | 'map' | 'program' | 'link' | 'self-check';

/** Why there is no walk, and what would give one; null where nothing would. */
export interface WalkFailure {
  readonly step: WalkStep;
  readonly because: string;
  readonly remedy: string | null;
}

const EPERM = 1;
const EINVAL = 22;
const ENOSYS = 38;

const CAPABILITIES_REMEDY =
  'run it as root, or with both capabilities: sudo setpriv --reuid=$(id -u) --regid=$(id -g) --init-groups ' +
  '--inh-caps +bpf,+perfmon --ambient-caps +bpf,+perfmon fdleak … ' +
  '(systemd: AmbientCapabilities=CAP_BPF CAP_PERFMON; docker: --cap-add BPF --cap-add PERFMON; Kubernetes: capabilities.add: [BPF, PERFMON])';

/** In words, why bpf(2) refused. `log` is the verifier's. */
export function toWalkFailure(step: WalkStep, errno: number, log = ''): WalkFailure {
  const call = CALL_OF[step];
  switch (errno) {
    case EPERM:
      return {
        step,
        because: `${call}: not permitted (needs CAP_BPF and CAP_PERFMON in the first user namespace, and no seccomp filter or lockdown)`,
        remedy: CAPABILITIES_REMEDY,
      };
    case ENOSYS:
      return { step, because: `${call}: this kernel, or a seccomp filter, does not know bpf(2)`, remedy: null };
    default: {
      const said = lastLine(log);
      const because = `${call}: errno ${errno}${said === '' ? '' : `: ${said}`}`;
      const isOld = errno === EINVAL || step === 'program';
      return { step, because, remedy: isOld ? 'a newer kernel: needs Linux 6.1' : null };
    }
  }
}

const CALL_OF = {
  off: 'FDLEAK_BPF',
  calls: 'koffi',
  types: '/sys/kernel/btf/vmlinux',
  members: 'the types of this kernel',
  map: 'bpf(BPF_MAP_CREATE)',
  program: 'bpf(BPF_PROG_LOAD)',
  link: 'bpf(BPF_LINK_CREATE)',
  'self-check': 'the walk over our own descriptors',
} as const satisfies Record<WalkStep, string>;

/** The sentence of the verifier: its last line is a count of what it has processed. */
function lastLine(log: string): string {
  const lines = log
    .split('\n')
    .filter((line) => line !== '' && !/^(processed |verification time|stack depth)/.test(line));
  return (lines.at(-1) ?? '').slice(0, 200);
}
