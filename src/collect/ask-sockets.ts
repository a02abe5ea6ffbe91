/** The hidden word that starts this program as the helper of a look. @see RemoteAutopsy */
export const ASK_SOCKETS = '--ask-sockets';
