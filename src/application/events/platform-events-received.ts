/** What became of one event of the platform. */
export interface Reception {
  /** The type of the contract; `other` for a type that Herald does not know. */
  readonly type: string;
  readonly result: 'accepted' | 'duplicate' | 'refused';
}

/** The events of one request were recorded or refused. Published on Nest's EventBus, for metrics. */
export class PlatformEventsReceived {
  constructor(readonly receptions: readonly Reception[]) {}
}
