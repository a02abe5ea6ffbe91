/** The hidden word that starts this program as the helper of a look. @see RemoteAutopsy */
export const ASK_SOCKETS = '--ask-sockets';
/** The one that starts it as the helper of a report, which copies a history. */
export const COPY_HISTORY = '--copy-history';
