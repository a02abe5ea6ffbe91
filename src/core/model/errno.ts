/** Why a call failed. @see errno(3) */
export const EPERM = 1;
export const ENOENT = 2;
export const ESRCH = 3;
export const EBADF = 9;
export const EACCES = 13;
export const ENOSYS = 38;
