import { expect, it } from 'vitest';
import { parsedBody } from '../../src/infrastructure/http/bodies/parsed-body.js';
import { holdBody } from '../../src/infrastructure/http/query-schemas.js';

it.each([
  ['{}', 'Required: expected text.'],
  ['{"reason":7}', 'Expected text, got a number.'],
])('A body %s is refused in plain English', (body, message) => {
  expect(() => parsedBody(holdBody, body)).toThrow(
    expect.objectContaining({ errors: [{ field: 'reason', message }] }),
  );
});
