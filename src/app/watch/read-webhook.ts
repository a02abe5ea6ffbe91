import { readFileText } from '../../collect/read-file.ts';

/** A URL is one line. */
const MOST_BYTES = 8192;
const VARIABLE = 'FDLEAK_WEBHOOK';

export type WebhookReading =
  | { readonly kind: 'url'; readonly url: string | null }
  | { readonly kind: 'refused'; readonly because: string };

/**
 * The URL that alerts are posted to: given as it is, in a file, or in the variable, which hooks do not inherit. It may be a secret, so
 * that no message repeats it. null where there is none.
 */
export function readWebhook(given: string | null, file: string | null): WebhookReading {
  const variable = process.env[VARIABLE] ?? null;
  delete process.env[VARIABLE];
  if (given !== null && file !== null) return refuse('give --webhook or --webhook-file, not both');
  if (given !== null) return checkUrl(given, '--webhook');
  if (file === null) return variable === null ? { kind: 'url', url: null } : checkUrl(variable, VARIABLE);
  const read = readFileText(file, MOST_BYTES);
  return read.kind === 'refused' ? read : checkUrl(read.text.trim(), file);
}

function checkUrl(text: string, where: string): WebhookReading {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || /\s/.test(text)) {
    return refuse(`${where}: expected a URL that begins with http:// or https://`);
  }
  if (url.username !== '' || url.password !== '') {
    return refuse(
      `${where}: the URL holds a user name or password, which requests do not send. Next: put the secret in its path`,
    );
  }
  return { kind: 'url', url: text };
}

function refuse(because: string): WebhookReading {
  return { kind: 'refused', because };
}
