import { readdirSync } from 'node:fs';
import type { Container, CountedProcess } from '../core/model/counted-process.ts';
import { toText } from '../core/parse/bytes.ts';
import { parseCgroupOwner, type CgroupOwner } from '../core/parse/cgroup-owner.ts';
import { parseProcStatus } from '../core/parse/proc-status.ts';
import type { ProcFs } from './proc-fs.ts';

export type Owner = Pick<CountedProcess, 'uid' | 'pidInNamespace' | 'unit' | 'container'>;

type Identity = Pick<CountedProcess, 'comm' | 'startTicks'>;
type PodNames = ReadonlyMap<string, string>;

interface KeptOwner {
  readonly owner: Owner;
  readonly untilMs: number;
}

/** A process rarely changes its user or its cgroup; reading both takes as long as counting its descriptors. */
const KEPT_MS = 60_000;

/**
 * Whose the processes of this host are: user, unit, container. What was read is kept for a minute, until the process has another name:
 * a container runtime moves a process to its cgroup before the program in it starts. What has ended is forgotten.
 */
export class ProcessOwners {
  readonly #nowMs: () => number;
  #before = new Map<string, KeptOwner>();
  #now = new Map<string, KeptOwner>();
  #pods: PodNames = new Map();
  readonly #podLogs: string;

  /** `podLogs`: the folder that the kubelet keeps the logs of pods in. */
  constructor(nowMs: () => number, podLogs = '/var/log/pods') {
    this.#nowMs = nowMs;
    this.#podLogs = podLogs;
  }

  /** To be called before each round over all processes. */
  begin(): void {
    this.#before = this.#now;
    this.#now = new Map();
    this.#pods = readPodNames(this.#podLogs);
  }

  read(proc: ProcFs, { comm, startTicks }: Identity, pid: number): Owner {
    const key = `${pid} ${startTicks} ${comm}`;
    const nowMs = this.#nowMs();
    const before = this.#before.get(key);
    const kept =
      before !== undefined && nowMs < before.untilMs
        ? before
        : { owner: readOwner(proc, pid, this.#pods), untilMs: nowMs + KEPT_MS };
    this.#now.set(key, kept);
    return kept.owner;
  }
}

function readOwner(proc: ProcFs, pid: number, pods: PodNames): Owner {
  const statusText = proc.text(`${pid}/status`);
  const status = statusText.kind === 'read' ? parseProcStatus(statusText.value) : null;
  const cgroupText = proc.text(`${pid}/cgroup`);
  const { unit, container } = parseCgroupOwner(cgroupText.kind === 'read' ? cgroupText.value : '');
  return {
    uid: status?.uid ?? null,
    pidInNamespace: status?.nsPids.at(-1) ?? null,
    unit: unit === null ? null : toText(unit).text,
    container: container === null ? null : toContainer(container, pods),
  };
}

function toContainer({ id, podUid }: NonNullable<CgroupOwner['container']>, pods: PodNames): Container {
  return { id: toText(id).text, podUid, pod: podUid === null ? null : (pods.get(podUid) ?? null) };
}

/** `namespace/name` of pods by their uid, from the folders of their logs: `<namespace>_<name>_<uid>`. None where these may not be listed. */
function readPodNames(podLogs: string): PodNames {
  const names = new Map<string, string>();
  try {
    for (const folder of readdirSync(podLogs)) {
      const [namespace, name, uid] = folder.split('_');
      if (namespace !== undefined && name !== undefined && uid !== undefined) names.set(uid, `${namespace}/${name}`);
    }
  } catch {
    // No Kubernetes here, or not for this user.
  }
  return names;
}
