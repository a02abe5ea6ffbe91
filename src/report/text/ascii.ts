/** Signs of ours, each as one character of ASCII: columns stay where they are. */
const ASCII: Readonly<Record<string, string>> = {
  '█': '#',
  '▇': '#',
  '▆': '#',
  '▅': '=',
  '▄': '=',
  '▃': '-',
  '▂': '-',
  '▁': '_',
  '░': '.',
  '·': '.',
  '╌': '-',
  '─': '-',
  '│': '|',
  '┤': '|',
  '…': '~',
  '×': 'x',
  '→': '>',
  '←': '<',
  '↔': '-',
  '↑': '^',
  '↓': 'v',
  '≠': '!',
  '≤': '<',
  '≥': '>',
};
const SIGNS = new RegExp(`[${Object.keys(ASCII).join('')}]`, 'g');

/** `████░░  40 %` -> `####..  40 %` */
export function toAscii(text: string): string {
  return text.replace(SIGNS, (sign) => ASCII[sign] ?? sign);
}
