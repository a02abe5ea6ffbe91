import { escapeHtml } from './html-escape.ts';

/** What a page says of itself before its content. */
export interface PageHead {
  readonly title: string;
  readonly version: string;
  /** Nothing but these applies, and nothing but these scripts runs. */
  readonly styles: readonly string[];
  readonly scripts: readonly string[];
  /** `'sha256-…'` of a text, as a browser compares it. */
  readonly hashOf: (text: string) => string;
}

/** The beginning of a page that needs no network, up to its `<main>`: `default-src 'none'`, and the hashes of what is in it. */
export function* renderPageHead({ title, version, styles, scripts, hashOf }: PageHead): Generator<string> {
  const sources = [...sourcesOf('style-src', styles, hashOf), ...sourcesOf('script-src', scripts, hashOf)];
  const policy = ["default-src 'none'", "base-uri 'none'", "form-action 'none'", ...sources].join('; ');
  yield `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="${policy}">\n`;
  yield `<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="generator" content="fdleak ${escapeHtml(version)}">\n`;
  yield `<title>${escapeHtml(title)}</title>\n`;
  for (const style of styles) yield `<style>${style}</style>\n`;
  yield '</head>\n<body>\n<main>\n';
}

function sourcesOf(directive: string, texts: readonly string[], hashOf: PageHead['hashOf']): string[] {
  return texts.length === 0 ? [] : [`${directive} ${texts.map(hashOf).join(' ')}`];
}
