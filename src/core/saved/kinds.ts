import type { Kind } from '../model/descriptor.ts';
import { parseFdLink } from '../parse/proc-fd-link.ts';

const CHARACTER_DEVICE =
  /^\/dev\/(?:null|zero|full|u?random|tty\S*|pts\/\d+|console|ptmx|fuse|kvm|kmsg|rtc\d*|net\/tun|vhost-\S+|input\/\S+|dri\/\S+|nvidia\S*|snd\/\S+|uinput|watchdog\d*|hpet|vsock|infiniband\/\S+)$/;
const BLOCK_DEVICE =
  /^\/dev\/(?:sd[a-z]+\d*|vd[a-z]+\d*|xvd[a-z]+\d*|nvme\S+|loop\d+|dm-\d+|sr\d+|md\d+|mmcblk\S+|mapper\/\S+)$/;
/** Directories on every Linux. */
const DIRECTORY =
  /^\/(?:(?:bin|boot|dev|etc|home|lib|lib64|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)?|(?:proc\/\d+\/(?:fd|task|ns))|var\/(?:log|lib|run|tmp|cache)|usr\/(?:bin|lib|local|share))$/;
const DELETED = ' (deleted)';

/**
 * The kind of a link's text. Only stat(2) tells a file from a directory or a device: for paths it is what such a path is
 * on every Linux, else `file`.
 *
 *     'socket:[7]' -> socket, '/dev/null' -> character-device, '/etc' -> directory, '/srv/a.db' -> file
 */
export function kindOfLink(link: string): Kind {
  const { kind } = parseFdLink(link);
  if (kind !== 'path') return kind;
  const path = link.endsWith(DELETED) ? link.slice(0, -DELETED.length) : link;
  if (CHARACTER_DEVICE.test(path)) return 'character-device';
  if (BLOCK_DEVICE.test(path)) return 'block-device';
  return DIRECTORY.test(path) ? 'directory' : 'file';
}
