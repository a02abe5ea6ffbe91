/** After so long a wait for what never comes is ended, ms. It is no bound of anything: a busy machine may take it for a start of Node. */
export const HANG_MS = 50_000;
