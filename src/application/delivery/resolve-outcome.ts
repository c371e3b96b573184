import { Logger } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { operatorOf, type Principal, saidBy } from '../../domain/access/principal.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { Notification } from '../../domain/notification/notification.js';
import type { RecordedResolution, Resolution } from '../../domain/notification/resolution.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { Clock } from '../ports/clock.js';
import { DecisionsInScope } from '../tenancy/decisions-in-scope.js';

/** What is on record after a person has resolved an outcome in doubt. */
export interface ResolvedOutcome extends RecordedResolution {
  readonly notificationId: string;
}

/** Say what became of a mail whose outcome is unknown: it was delivered, it is sent again, or it is abandoned. */
export class ResolveOutcome extends Command<ResolvedOutcome> {
  constructor(
    readonly principal: Principal,
    readonly notificationId: string,
    readonly resolution: Resolution,
  ) {
    super();
  }
}

@CommandHandler(ResolveOutcome)
export class ResolveOutcomeHandler implements ICommandHandler<ResolveOutcome> {
  readonly #log = new Logger(ResolveOutcomeHandler.name);

  constructor(
    private readonly aggregates: Aggregates,
    private readonly decisions: DecisionsInScope,
    private readonly clock: Clock,
  ) {}

  /** The same once more changes nothing. @throws HeraldError `not-found`, `not-in-doubt`. */
  async execute({ principal, notificationId, resolution }: ResolveOutcome): Promise<ResolvedOutcome> {
    const { as, reason } = resolution;
    const by = saidBy(principal, resolution.by);
    const { phase } = await this.aggregates.load(Notification, notificationId);
    if (phase === 'none' || !(await this.decisions.covers(principal.scope, notificationId)))
      throw new HeraldError(
        'not-found',
        `There is no notification ${notificationId}. See GET /v1/notifications?outcome=outcome-unknown for those in doubt.`,
        'id',
      );
    const data = { notificationId, as, reason, by };
    const command = { type: 'Resolve', data, at: this.clock.now() } as const;
    const request = { command, context: { actor: operatorOf(principal) } };
    const [outcome] = await this.aggregates.execute(Notification, notificationId, [request]);
    if (outcome === 'recorded')
      this.#log.warn(`An outcome in doubt was resolved as ${as}`, { notificationId });
    const { resolution: recorded } = await this.aggregates.load(Notification, notificationId);
    return { notificationId, attempt: 0, ...recorded, as, reason, by };
  }
}
