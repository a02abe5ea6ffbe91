import type { Descriptor } from '../model/descriptor.ts';
import { describePlace } from '../place/describe.ts';
import { isInet, NO_PORTS, type Ports, portsOf } from '../place/ports.ts';

/** Names the places of the descriptors of look after look: which ports tell places apart is seen only once several sockets share them. */
export class LastingPlaces {
  #ports: Ports = NO_PORTS;
  #known = '';

  /** Takes the ports of a look. Whether they are others than before: then sockets may be named anew. */
  take(descriptors: readonly Descriptor[]): boolean {
    const seen = portsOf(descriptors.filter(({ socket }) => isInet(socket)));
    const { accepting, lasting, listening } = this.#ports;
    // A port that told a place apart goes on doing so when its sockets become few: names must not waver.
    this.#ports = {
      accepting: new Map([...accepting, ...seen.accepting]),
      lasting: new Set([...lasting, ...seen.lasting]),
      listening,
    };
    const known = [...this.#ports.accepting.entries(), ...this.#ports.lasting].join();
    const isNew = known !== this.#known;
    this.#known = known;
    return isNew;
  }

  /** Whether connections to this port of ours are accepted. */
  isAccepting(port: number): boolean {
    return this.#ports.accepting.has(port);
  }

  nameOf(descriptor: Descriptor): string {
    return describePlace(descriptor, this.#ports);
  }
}
