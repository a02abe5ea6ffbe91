import type { DescriptorObject } from '../model/object.ts';

/** What is behind one of the descriptors of /dev/net/tun: `interface tap3`. */
export function sayInterface({ name }: Extract<DescriptorObject, { kind: 'interface' }>): string {
  return name === '' ? 'without an interface' : `interface ${name}`;
}
