import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { FieldError } from '../../../application/ingest/cloud-event.js';
import { MAX_ERRORS } from '../../../domain/bounds.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';

/** A request that violates its schema, with all its problems. */
export class InvalidRequest extends HeraldError {
  readonly errors: readonly FieldError[];

  constructor(errors: readonly FieldError[]) {
    const named = errors.slice(0, MAX_ERRORS);
    super(
      'invalid-request',
      named.map(({ field, message }) => `${field}: ${message}`).join(' '),
      named[0]?.field,
    );
    this.errors = named;
  }
}

/** A schema's issues as an error. @param name the name of the value itself. */
export const invalidRequest = (issues: readonly StandardSchemaV1.Issue[], name = 'request'): InvalidRequest =>
  new InvalidRequest(issues.flatMap((issue) => fieldErrors(issue, name)));

type Issue = StandardSchemaV1.Issue & { readonly keys?: readonly string[] };

const fieldErrors = (issue: Issue, name: string): FieldError[] => {
  if (issue.keys) return issue.keys.map((key) => ({ field: key.slice(0, 64), message: 'Unknown field.' }));
  const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
  return [{ field: path.join('.') || name, message: issue.message }];
};
