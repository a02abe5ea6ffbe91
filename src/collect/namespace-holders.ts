import type { DescriptorObject } from '../core/model/object.ts';
import type { OpenDescriptor } from '../core/model/open-descriptor.ts';
import { parseMountinfo } from '../core/parse/proc-mountinfo.ts';
import type { ProcessFolder } from './process-folder.ts';

/** Says of namespaces whether the process lives in them, and whether any other does. Asks all processes once for each type, where needed. */
export class NamespaceHolders {
  readonly #process: ProcessFolder;
  readonly #own = new Map<string, string | null>();
  readonly #lived = new Map<string, ReadonlySet<string> | null>();

  constructor(process: ProcessFolder) {
    this.#process = process;
  }

  /** `net:[4026531833]` */
  behind({ link }: OpenDescriptor): DescriptorObject {
    const type = link.slice(0, link.indexOf(':'));
    const own = this.#ownOf(type);
    const isOwn = own === null ? null : own === link;
    return { kind: 'namespace', type, own: isOwn, inhabited: isOwn === true ? true : this.#isLivedIn(type, link) };
  }

  #ownOf(type: string): string | null {
    const known = this.#own.get(type);
    if (known !== undefined) return known;
    const link = this.#process.proc.link(`${this.#process.path()}/ns/${type}`);
    const own = link.kind === 'read' ? link.value : null;
    this.#own.set(type, own);
    return own;
  }

  #isLivedIn(type: string, link: string): boolean | null {
    let lived = this.#lived.get(type);
    if (lived === undefined) {
      lived = this.#readLived(type);
      this.#lived.set(type, lived);
    }
    return lived === null ? null : lived.has(link);
  }

  /** Every namespace of that type in which a process lives, or that is mounted somewhere we see; null where somebody could not be asked. */
  #readLived(type: string): ReadonlySet<string> | null {
    const { proc } = this.#process;
    const names = proc.names('.');
    if (names.kind !== 'read' || !names.value.includes('1')) return null;
    const lived = new Set<string>();
    for (const pid of names.value) {
      if (!/^\d+$/.test(pid)) continue;
      const link = proc.link(`${pid}/ns/${type}`);
      if (link.kind === 'read') lived.add(link.value);
      // The namespaces of process 1 are those of most others; root may be denied them all the same.
      else if (link.kind !== 'gone' && pid !== '1') return null;
    }
    const mounts = proc.text('self/mountinfo');
    for (const { root } of mounts.kind === 'read' ? parseMountinfo(mounts.value).rows : []) lived.add(root);
    return lived;
  }
}
