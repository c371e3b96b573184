import { SetMetadata } from '@nestjs/common';
import * as z from 'zod';
import type { ErrorCode } from '../../../domain/error-codes.js';

/** The groups of operations, with what each is about. */
export const TAGS = {
  Events: 'What a partner-marketing platform reports to Herald.',
  History: 'What was sent to whom, when and why, and why something was not sent.',
  Mails: 'What the templates of mails look like, and the mails in the outbox folder.',
  'Read models': 'What Herald knows, and what it plans.',
  Projections: 'How read models are rebuilt, compared and swapped, and what they could not fold.',
  Feedback: 'What mail providers report about mails.',
  Unsubscribe: 'The pages behind the links in mails. They are for recipients, not for clients.',
  Access: 'Who may use the API: its keys.',
  Operations: 'How an instance is doing, and what an operator may do about it.',
  'Test clock': 'Moves time in a staging environment.',
} as const;

export type Tag = keyof typeof TAGS;

/** The content of an answer or of a body, in one media type. */
export interface Content {
  readonly schema: z.ZodType;
  /** Complete values by name; a test sends those of bodies to a running instance. */
  readonly examples?: Readonly<Record<string, unknown>>;
}

/** An answer that is not JSON, or that needs more than its schema. */
export interface Answer {
  readonly says: string;
  readonly content: Readonly<Record<string, Content>>;
  /** Headers that it has besides those of every answer, with what each says. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A body that is not a JSON object of one schema. */
export interface Body {
  readonly says: string;
  readonly content: Readonly<Record<string, Content>>;
  /** Default: yes. */
  readonly required?: boolean;
}

/**
 * What the API description says of a route. Path, parameters, JSON bodies (`@Body({ schema })`) and access come from the decorators
 * that make them so, and the errors that every such route can answer with are added.
 */
export interface Operation {
  /** The name of the function in generated clients. Unique and stable. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  /** By status: the schema of the JSON that it answers with, or more. */
  readonly answers: Readonly<Record<number, z.ZodType | Answer>>;
  /** The codes of problems that only some routes answer with. */
  readonly errors?: readonly ErrorCode[];
  /** If the route reads the body itself. */
  readonly body?: Body;
  /** Headers that the route reads: the schema of each. */
  readonly headers?: Readonly<Record<string, z.ZodType>>;
}

export const OPERATION = 'herald:operation';
export const TAG = 'herald:tag';
export const LIMIT_ERRORS = 'herald:limit-errors';

/** Describes a route in the API description. */
export const Operation = (operation: Operation) => SetMetadata(OPERATION, operation);

/** The group that the routes of a controller belong to. */
export const Tagged = (tag: Tag) => SetMetadata(TAG, tag);

/** Adds codes with which a guard or an interceptor refuses a request before its handler runs. */
export const RefusesWith = (...codes: readonly ErrorCode[]) => SetMetadata(LIMIT_ERRORS, codes);

const TEXT = z.string();

/** A page for people. */
export const htmlPage = (says: string): Answer => ({
  says,
  content: { 'text/html': { schema: TEXT } },
});

/** Text in another media type than JSON. */
export const textOf = (mediaType: string, says: string): Answer => ({
  says,
  content: { [mediaType]: { schema: TEXT } },
});
