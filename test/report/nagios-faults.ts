const STATUSES = new Set(['OK', 'WARNING', 'CRITICAL', 'UNKNOWN']);
const RANGE = String.raw`(?:-?\d+(?:\.\d+)?)?`;
const PERFORMANCE = new RegExp(
  String.raw`^(?:[^ '=]+|'[^'=]+')=-?\d+(?:\.\d+)?(?:s|us|ms|%|B|KB|MB|GB|c)?(?:;${RANGE}){0,4}$`,
);

/**
 * What a reader of plugins' output would not take; empty where there is nothing.
 *
 * @see https://nagios-plugins.org/doc/guidelines.html, "Plugin Output for Nagios" and "Performance data"
 */
export function findNagiosFaults(output: string): string[] {
  const [line = '', ...rest] = output.split('\n');
  const [said = '', numbers = '', ...more] = line.split(' | ');
  const [, status = ''] = /^FDLEAK (\S+) - [^|]+$/.exec(said) ?? [];
  return [
    ...(STATUSES.has(status) ? [] : [`no status: ${said}`]),
    ...(rest.join('') === '' ? [] : ['more than one line']),
    ...(more.length === 0 && !numbers.includes('|') ? [] : ['more than one bar']),
    ...numbers.split(' ').flatMap((one) => (PERFORMANCE.test(one) ? [] : [`no number for a graph: ${one}`])),
  ];
}
