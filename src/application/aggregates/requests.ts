import type { HeraldError } from '../../domain/kernel/herald-error.js';

/** On whose behalf a command is executed. */
export interface CommandContext {
  /** A command with the same id is executed once. Default: derived from the command and the stream's revision. */
  readonly commandId?: string;
  readonly actor: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  /** The CloudEvent that caused the command. */
  readonly source?: string;
  readonly sourceId?: string;
  /** The digest of its content. */
  readonly sourceDigest?: string;
  /** What the CloudEvent has for texts that were cleaned or converted, by the path of the field. */
  readonly asSent?: Readonly<Record<string, string>> | undefined;
  /** The instance that does what the command begins. */
  readonly instance?: string;
}

export interface Request<Command> {
  readonly command: Command;
  readonly context: CommandContext;
}

/** The outcome of a command: recorded, seen before, or nothing to record. */
export type Outcome = 'recorded' | 'duplicate' | 'nothing';

/** The outcome of one of several commands, or why it was refused. */
export type Result = Outcome | HeraldError;
