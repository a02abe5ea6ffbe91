/** Who looks: what this user may do about a finding. */
export interface Viewer {
  readonly uid: number | null;
  /** CAP_SYS_RESOURCE in our own user namespace: may raise a hard limit. null when not known. */
  readonly hasSysResource: boolean | null;
}
