import { expect, it } from 'vitest';
import { redactUrl } from '../src/infrastructure/logging/redact-url.js';

it('A connection string is shown without its password, also one that should have been percent-encoded', () => {
  expect(redactUrl('esdb://admin:secret@host:2113?tls=true')).toBe('esdb://host:2113');
  expect(redactUrl('mongodb://a:2,b:3/herald?replicaSet=rs0')).toBe('mongodb://a:2,b:3/herald');
  for (const password of ['s3/cret', 's3@cret', 's3@c/cret', 's3?cret', 's3#cret'])
    expect(redactUrl(`smtp://user:${password}@host:587`)).toBe('smtp://host:587');
});
