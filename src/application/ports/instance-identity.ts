/** Who holds a lease: one running instance. */
export abstract class InstanceIdentity {
  /** Unlike that of any other instance, or of this one when it is started again. */
  abstract readonly id: string;

  /** Whether a holder certainly runs no more; false where that cannot be known. */
  abstract isGone(id: string): boolean;

  /** Where a holder runs, for people who look for it. */
  abstract described(id: string): string;
}
