import * as z from 'zod';
import type { FieldError } from '../../../application/ingest/cloud-event.js';
import { ERROR_CODES } from '../../../domain/error-codes.js';
import type { Problem } from '../problems/problem.js';
import { sameAs } from './same-as.js';

const fieldError = sameAs<FieldError>()(
  z
    .object({
      field: z.string().describe('Where it is, such as `data.timeZone`.'),
      message: z.string().describe('What is expected there.'),
    })
    .meta({ id: 'FieldError', description: 'What is wrong with one field.' }),
);

const problemFields = {
  type: z.string().meta({ format: 'uri-reference', description: 'Where the code is explained.' }),
  title: z.string().describe('The name of the status.'),
  status: z.int().describe('The status of the answer.'),
  detail: z.string().describe('What is wrong, and what to do next.'),
  code: z.enum(ERROR_CODES).meta({ id: 'ErrorCode', description: 'Stable: clients compare it.' }),
  errors: z.array(fieldError).optional().describe('Every field at fault.'),
  correlationId: z
    .string()
    .optional()
    .describe('For status 500 and above: identifies the request in the log.'),
};

/** An error. */
export const problemSchema = sameAs<Problem>()(
  z.object(problemFields).meta({ id: 'Problem', description: 'An error, as problem details of RFC 9457.' }),
);
