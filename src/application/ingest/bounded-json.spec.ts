import { describe, expect, it } from 'vitest';
import { MAX_JSON_DEPTH, MAX_JSON_MEMBERS } from '../../domain/bounds.js';
import { parseBoundedJson } from './bounded-json.js';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const objectOf = (members: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: members }, (_, n) => [`k${n}`, n])));

describe('JSON from outside', () => {
  it.each([
    ['as deep as may be', nested(MAX_JSON_DEPTH)],
    ['an object as large as may be', objectOf(MAX_JSON_MEMBERS)],
    ['several such objects', `[${objectOf(MAX_JSON_MEMBERS)},${objectOf(MAX_JSON_MEMBERS)}]`],
    ['a text with brackets', JSON.stringify('['.repeat(1_000))],
    ['a text with colons and quotes', JSON.stringify({ a: '":{'.repeat(1_000) })],
    ['texts that end in backslashes', JSON.stringify(['\\', '\\\\', '\\"[', '['])],
    ['a scalar', '7'],
  ])('%s is read', (_, text) => {
    expect(parseBoundedJson(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['one level deeper', nested(MAX_JSON_DEPTH + 1)],
    ['one member more', objectOf(MAX_JSON_MEMBERS + 1)],
    ['one member more, within a list', `[{}, ${objectOf(MAX_JSON_MEMBERS + 1)}]`],
    ['one member more, around another object', objectOf(MAX_JSON_MEMBERS + 1).replace(':0', ':{"a":1}')],
    ['brackets without an end', '['.repeat(2_000_000)],
    ['brackets behind a text with an escaped quote', `["\\"",${nested(MAX_JSON_DEPTH)}]`],
  ])('%s is refused', (_, text) => {
    expect(() => parseBoundedJson(text)).toThrow(
      expect.objectContaining({ code: 'json-too-complex', field: 'body' }),
    );
  });

  it.each(['', '"', '"\\', '{"a"', ']', '}}', ':', '[1,]'])('%j is no JSON', (text) => {
    expect(() => parseBoundedJson(text)).toThrow(SyntaxError);
  });
});
