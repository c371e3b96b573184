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

  it.each([
    ['a', '{"a":1,"a":1}'],
    ['a', '{"a":1,"b":{"a":1},"a" \n\t:2}'],
    ['a', String.raw`{"a":1,"\u0061":2}`],
    ['type', '[{"type":"x"},{"data":{"type":1},"type":"y","type":"z"}]'],
    ['__proto__', '{"__proto__":1,"__proto__":2}'],
    ['a"b', String.raw`{"a\"b":1,"a\"b":2}`],
    ['body', '{"":1,"":2}'],
    ['x'.repeat(64), `{"${'x'.repeat(99)}":1,"${'x'.repeat(99)}":2}`],
  ])('with the name %s twice in an object is refused', (field, text) => {
    expect(() => parseBoundedJson(text)).toThrow(expect.objectContaining({ code: 'malformed-json', field }));
  });

  it('may have the same name in several objects, and the same text as a name and as a value', () => {
    const text = '{"a":"a","b":["a","a",{"a":"b"}],"c":{"a":1,"A":2}}';
    expect(parseBoundedJson(text)).toEqual(JSON.parse(text));
  });

  it.each(['', '"', '"\\', '{"a"', ']', '}}', ':', '[1,]'])('%j is no JSON', (text) => {
    expect(() => parseBoundedJson(text)).toThrow(SyntaxError);
  });
});
