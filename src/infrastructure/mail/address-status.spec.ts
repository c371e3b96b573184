import { expect, it } from 'vitest';
import { isAboutAddress } from '../feedback/said.js';
import { isNoAddress } from './address-status.js';

it.each(['5.1.1', '5.1.2', '5.1.3', '5.1.10', '5.1.351'])(
  '%s says that there is no such address',
  (status) => {
    expect(isNoAddress(status)).toBe(true);
    expect(isAboutAddress(status)).toBe(true);
  },
);

it.each(['5.1.0', '5.1.5', '5.1.7', '5.1.8', '5.1.20', '5.1.90', '4.1.1', '5.7.1', ''])(
  '“%s” says nothing against the address',
  (status) => {
    expect(isNoAddress(status)).toBe(false);
    expect(isAboutAddress(status)).toBe(false);
  },
);
