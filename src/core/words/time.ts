import { toIso } from '../parse/iso-time.ts';

/** `2026-11-22 19:46:00Z` */
export function formatTime(at: number): string {
  return `${toIso(at).slice(0, 19).replace('T', ' ')}Z`;
}
