/**
 * The log is not the one that the read models were made of: an older copy of it was put back, or another log took its place.
 * Published on Nest's EventBus when an instance notices it, at its start or while it runs, and once for each restored log. The read
 * models are then rebuilt by themselves, and `Projections.isRebuildingAfterRestore()` answers true until they are swapped in.
 * Whoever sends or keeps what the log said in memory acts on it: mails that are on record nowhere may have been sent.
 */
export class LogRestored {
  /** @param projections the names of the read models that are rebuilt. */
  constructor(readonly projections: readonly string[]) {}
}
