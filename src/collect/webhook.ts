/** `again`: it may go better later (no connection, no answer in time, 408, 429, 5xx). `failed`: it will not. */
export type PostOutcome = { readonly kind: 'sent' } | { readonly kind: 'again' | 'failed'; readonly because: string };

/**
 * Posts a JSON document. Any 2xx is success, whatever the answer says: it is not read. Redirects are not followed: what was meant for
 * one host is not told to another.
 *
 * @see RFC 9110, 15.5.9, 15.6; RFC 6585, 4
 */
export async function postJson(url: string, json: string, deadlineMs: number): Promise<PostOutcome> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'fdleak' },
      body: json,
      redirect: 'manual',
      signal: AbortSignal.timeout(deadlineMs),
    });
    await response.body?.cancel();
    if (response.ok) return { kind: 'sent' };
    const { status } = response;
    const isPassing = status === 408 || status === 429 || status >= 500;
    return { kind: isPassing ? 'again' : 'failed', because: `it answered ${status}` };
  } catch (error) {
    return { kind: 'again', because: describe(error) };
  }
}

/** fetch hides what went wrong in its cause: `fetch failed: connect ECONNREFUSED 127.0.0.1:9`. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
