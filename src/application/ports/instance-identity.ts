/** Identifies this running instance as the holder of leases. */
export abstract class InstanceIdentity {
  /** Unique: different for any other instance, and after a restart. */
  abstract readonly id: string;

  /** Whether a holder is certainly no longer running; false if that cannot be known. */
  abstract isGone(id: string): boolean;

  /** Where a holder runs, for operators. */
  abstract described(id: string): string;
}
