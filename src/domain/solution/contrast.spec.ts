import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { contrastWithWhite, MIN_CONTRAST, readableUnderWhite } from './contrast.js';

// From the contrast checkers of WebAIM and the WCAG techniques.
it.each([
  ['#000000', 21],
  ['#ffffff', 1],
  ['#767676', 4.54],
  ['#777777', 4.48],
  ['#1d4ed8', 6.7],
  ['#ff0000', 4],
])('white text on %s has a contrast of %d', (color, contrast) => {
  expect(contrastWithWhite(color)).toBeCloseTo(contrast, 1);
});

it('a color that reads well stays; another one becomes darker until it does, and no darker', () => {
  expect(readableUnderWhite('#1d4ed8')).toBe('#1d4ed8');
  const hex = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`);
  void fc.assert(
    fc.property(hex, (color) => {
      const contrast = contrastWithWhite(readableUnderWhite(color));
      expect(contrast).toBeGreaterThanOrEqual(MIN_CONTRAST);
      if (contrastWithWhite(color) < MIN_CONTRAST) expect(contrast).toBeLessThan(MIN_CONTRAST + 0.5);
    }),
  );
});
