/**
 * The log is not the one that the read models were built from: an older copy was restored, or another log took its place.
 * Published on Nest's EventBus when an instance detects it, at startup or later, once for each restored log. The read models
 * are then rebuilt automatically; `Projections.isRebuildingAfterRestore()` returns true until they are swapped in. Subscribe to
 * it in every part that sends, or caches what the log said: mails may have been sent that are not recorded anywhere.
 */
export class LogRestored {
  /** @param projections the names of the read models that are rebuilt. */
  constructor(readonly projections: readonly string[]) {}
}
