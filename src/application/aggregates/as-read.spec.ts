import { expect, it } from 'vitest';
import { asRead } from './as-read.js';

it('Data in memory is what a reader of the log gets', () => {
  const data = {
    ...{ text: 'ä"\n', number: 1.5, no: false, nothing: null, left: undefined },
    list: [undefined, { left: undefined, deep: [[]] }, null],
    ['__proto__']: { a: 1 },
  };
  expect(asRead(data)).toStrictEqual(JSON.parse(JSON.stringify(data)));
  expect(asRead(data)).not.toBe(data);
  expect(data).toHaveProperty('left');
});
