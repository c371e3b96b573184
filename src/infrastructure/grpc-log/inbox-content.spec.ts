import { expect, it } from 'vitest';
import { inboxContentOf } from './inbox-content.js';

const bytes = (text: string) => new TextEncoder().encode(text);

it.each([
  ['JSON', bytes('{"id":"1"}'), { id: '1' }],
  ['text', bytes('hello'), 'hello'],
  ['no text in UTF-8', Uint8Array.of(0xff, 0xfe), '//4='],
  [
    'JSON that is too deep',
    bytes('['.repeat(5_000) + ']'.repeat(5_000)),
    expect.stringMatching(/^\[{5000}\]/),
  ],
  ['an object with a name twice', bytes('{"id":1,"id":2}'), '{"id":1,"id":2}'],
  ['what is read already', { id: '1' }, { id: '1' }],
])('An event of the inbox that is %s', (_, data, content) => {
  expect(inboxContentOf(data)).toEqual(content);
});
