import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Access, AccessAnswer } from '../../domain/access/access-log.js';
import { uniqueId } from '../aggregates/ids.js';
import { Clock } from '../ports/clock.js';
import { AccessLog } from './access-log.js';

/** A principal asks for something of which a record is kept. Resolves when the record is durable. */
export class RecordAccess extends Command<void> {
  /** @param correlationId of the request. */
  constructor(
    readonly access: Access,
    readonly correlationId?: string,
  ) {
    super();
  }
}

@CommandHandler(RecordAccess)
export class RecordAccessHandler implements ICommandHandler<RecordAccess> {
  constructor(
    private readonly log: AccessLog,
    private readonly clock: Clock,
  ) {}

  /** @throws HeraldError `access-log-unavailable`. */
  execute({ access, correlationId }: RecordAccess): Promise<void> {
    return this.log.record({
      command: { type: 'RecordAccess', data: access, at: this.clock.now() },
      context: contextOf(access.principalId, correlationId),
    });
  }
}

/** What the principal asked for was answered. Resolves when the record is durable. */
export class RecordAnswer extends Command<void> {
  /** @param correlationId of the request. */
  constructor(
    readonly principalId: string,
    readonly answer: AccessAnswer,
    readonly correlationId?: string,
  ) {
    super();
  }
}

@CommandHandler(RecordAnswer)
export class RecordAnswerHandler implements ICommandHandler<RecordAnswer> {
  constructor(
    private readonly log: AccessLog,
    private readonly clock: Clock,
  ) {}

  /** @throws HeraldError `access-log-unavailable`. */
  execute({ principalId, answer, correlationId }: RecordAnswer): Promise<void> {
    return this.log.record({
      command: { type: 'RecordAnswer', data: answer, at: this.clock.now() },
      context: contextOf(principalId, correlationId),
    });
  }
}

const contextOf = (actor: string, correlationId: string | undefined) => ({
  // The same question once more is another access.
  commandId: uniqueId(),
  actor,
  ...(correlationId === undefined ? {} : { correlationId }),
});
