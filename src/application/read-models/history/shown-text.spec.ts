import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shownTextOf } from './history.js';

/** Texts that look like fields of JSON, among any others. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('"', '\\', ',', ':', '{', '}', 'id', ',"id":"', 'position', 'decidedOn'))
    .map((parts) => parts.join('')),
);
const value = fc.oneof(text, fc.integer(), fc.boolean());
const name = fc.constantFrom(
  'attempts',
  'decidedOn',
  'detail',
  'id',
  'idea',
  'position',
  'recipientMailbox',
  'subjectKey',
  'subjectLine',
);
const UNSHOWN = ['decidedOn', 'id', 'position', 'recipientMailbox', 'subjectKey'];

it('The JSON of an entry is that of its document without the fields that are not shown, whatever its texts are', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(name),
      fc.infiniteStream(value),
      fc.infiniteStream(text),
      (names, values, texts) => {
        const fields = names.map((one) => [one, (UNSHOWN.includes(one) ? texts : values).next().value]);
        const shown = fields.filter(([one]) => !UNSHOWN.includes(String(one)));
        // An entry has more than what is not shown.
        const [all, left] = [fields, shown].map((some) =>
          JSON.stringify(Object.fromEntries([...some, ['test', false]])),
        );
        expect(shownTextOf(all ?? '')).toBe(left);
      },
    ),
    { numRuns: 2_000 },
  );
});
