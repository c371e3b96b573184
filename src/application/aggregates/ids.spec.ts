import { expect, it } from 'vitest';
import { digestOf } from './digest.js';
import { idOf } from './ids.js';

it('The digest of a value and the id of its parts are for ever what they were: every log holds them', () => {
  const value = {
    b: [{ z: 1, a: null, u: undefined }, 'ä\ud800"', [true]],
    a: { '10': 1, '9': 2, x: {} },
    Ä: 1e21,
    é: '日本',
    __x: [undefined, Number.NaN],
  };
  expect(digestOf(value)).toBe('jy8op_It5I9iFlsoaHqtbVk5s5LlItjaUycRZtX5oSk');
  expect(digestOf('x')).toBe('ui30kDosFOhtw7zKWJEbRKwdJRS3Inv26wjPuXj1Whs');
  expect(idOf('event', 's-ü\ud800', 'c', 1)).toBe('8029ab3d-f9e9-547d-a070-381c11f18860');
});
