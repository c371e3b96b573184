import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_ADDRESS, mailboxOf, readEmailAddress } from './email-address.js';

const ATEXT = "ABCXYZabcxyz0189!#$%&'*+/=?^_`{|}~-";
const LDH = 'ABCXYZabcxyz0189';

const textOf = (alphabet: string, minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength });

/** Dot-atoms of at most 64 octets. */
const local = fc
  .array(textOf(ATEXT, 1, 30), { minLength: 1, maxLength: 5 })
  .map((atoms) => atoms.join('.'))
  .filter(({ length }) => length <= 64);
const label = fc
  .tuple(
    textOf(LDH, 1, 1),
    fc.option(fc.tuple(textOf(`${LDH}-`, 0, 61), textOf(LDH, 1, 1)), { nil: undefined }),
  )
  .map(([first, more]) => first + (more?.join('') ?? ''));
const topLevel = fc.oneof(
  fc.constantFrom(
    'example',
    'xn--p1ai',
    'xn--fiqs8s',
    'xn--mgbaam7a8h',
    'xn--vermgensberatung-pwb',
    'de',
    'x1',
  ),
  label.filter((one) => one.length > 1 && /\D/.test(one)),
);
const domain = fc
  .tuple(fc.array(label, { minLength: 1, maxLength: 4 }), topLevel)
  .map(([labels, last]) => [...labels, last].join('.'));
const address = fc
  .tuple(local, domain)
  .filter(([one, other]) => one.length + 1 + other.length <= MAX_ADDRESS);

describe('An address', () => {
  it('is taken as it is, whichever a dot-atom and a domain name make', () => {
    fc.assert(
      fc.property(address, ([one, other]) => {
        expect(readEmailAddress(`${one}@${other}`)).toEqual({ address: `${one}@${other}` });
      }),
      { numRuns: 2_000 },
    );
  });

  it('is refused with every single slip in one that is taken', () => {
    const slips: readonly ((local: string, domain: string) => string)[] = [
      (one, other) => `.${one}@${other}`,
      (one, other) => `${one}.@${other}`,
      (one, other) => `${one}..x@${other}`,
      (one, other) => `${one}${other}`,
      (one, other) => `${one}@@${other}`,
      (one, other) => `${one}@${other}@${other}`,
      (_, other) => `@${other}`,
      (one) => `${one}@`,
      (one) => `${one}@localhost`,
      (one, other) => `${one}@.${other}`,
      (one, other) => `${one}@${other}.`,
      (one, other) => `${one}@-${other}`,
      (one, other) => `${one}@a-.${other}`,
      (one, other) => `${one}@a_b.${other}`,
      (one, other) => `${one}@a..${other}`,
      (one, other) => `${one}@${'a'.repeat(64)}.${other}`,
      (one, other) => `${one}@${other}.1`,
      (one) => `${one}@192.0.2.1`,
      (one) => `${one}@[192.0.2.1]`,
      (one) => `${one}@[IPv6:2001:db8::1]`,
      (one, other) => `${'a'.repeat(65)}${one}@${other}`,
      (one, other) => `"${one}"@${other}`,
      (one, other) => `Ada <${one}@${other}>`,
      (one, other) => `<${one}@${other}>`,
      (one, other) => `mailto:${one}@${other}`,
      (one, other) => `${one}@${other},b@c.example`,
      (one, other) => `${one}@${other};b@c.example`,
      (one, other) => `${one}(work)@${other}`,
      (one, other) => `a\\b${one}@${other}`.slice(0, 250),
      (one, other) => `${one}é@${other}`,
      ...[' ', '\t', '\n', '\r\n', '\u0000', '\u00a0', '\u2028'].flatMap((blank) => [
        (one: string, other: string) => `${blank}${one}@${other}`,
        (one: string, other: string) => `${one}@${other}${blank}`,
        (one: string, other: string) => `${one}${blank}@${other}`,
      ]),
    ];
    fc.assert(
      fc.property(address, fc.constantFrom(...slips), ([one, other], slip) => {
        const { address: taken, problem } = readEmailAddress(slip(one, other));
        expect(taken).toBeUndefined();
        expect(problem).toMatch(/^\S[^<>.]*(?:\.example)?$/);
      }),
      { numRuns: 4_000 },
    );
  });

  it('is of the lengths that RFC 5321 has, and not of one octet more', () => {
    const long = (localLength: number, ...labels: readonly number[]) =>
      `${'l'.repeat(localLength)}@${labels.map((length) => 'd'.repeat(length)).join('.')}`;
    expect(readEmailAddress(long(64, 63, 7)).problem).toBeUndefined();
    expect(readEmailAddress(long(65, 63, 7)).problem).toContain('64 octets');
    expect(readEmailAddress(long(64, 64, 7)).problem).toContain('63 octets');
    expect(readEmailAddress(long(64, 63, 63, 61)).address).toHaveLength(254);
    expect(readEmailAddress(long(64, 63, 63, 62)).problem).toContain('254 octets');
    // 60 characters as given, 65 octets as an A-label
    expect(readEmailAddress(`nora@${'ü'.repeat(60)}.de`).problem).toContain('63 octets');
    expect(readEmailAddress('a'.repeat(5_000_000)).problem).toContain('254 octets');
  });

  it('in another script is converted, and whatever cannot be is refused', () => {
    const converted: readonly (readonly [given: string, address: string])[] = [
      ['nora@bücher.example', 'nora@xn--bcher-kva.example'],
      ['Nora@BÜCHER.Example', 'Nora@xn--bcher-kva.example'],
      ['nora@straße.example', 'nora@xn--strae-oqa.example'],
      ['irina@почта.рф', 'irina@xn--80a1acny.xn--p1ai'],
      ['wang@例子。中国', 'wang@xn--fsqu00a.xn--fiqs8s'],
      ['noor@متجر.امارات', 'noor@xn--pgbep1f.xn--mgbaam7a8h'],
    ];
    for (const [given, expected] of converted) expect(readEmailAddress(given)).toEqual({ address: expected });
    for (const given of [
      'a@bü_cher.example',
      'a@bü\u202echer.example',
      'a@１９２.0.2.１',
      'a@ü\u200d.example',
    ])
      expect(readEmailAddress(given).address, given).toBeUndefined();
  });

  it.each([
    ['Nora <nora@harbour.example>', 'angle brackets'],
    ['"nora quoted"@harbour.example', 'quoted local parts'],
    ['nora@harbour.example, x@evil.example', 'one address'],
    ['nora@[192.0.2.1]', 'address literal'],
    ['nora@harbour.example ', 'a space or a line break'],
    ['nørå@harbour.example', 'outside ASCII'],
    ['nora(work)@harbour.example', 'the character ( is not allowed'],
    ['ina@harbour-.example', 'a hyphen at an end'],
    ['nora@harbour', 'no top-level domain'],
    ['nora@10.0.0.1', 'top-level domain is a number'],
    ['nora', 'no @'],
    ['', 'empty'],
  ])('%j is refused, and the reason says why', (given, why) => {
    expect(readEmailAddress(given).problem).toContain(why);
  });
});

it('A mailbox is the same in any case and script', () => {
  expect(mailboxOf('Nora@Bücher.Example')).toBe(mailboxOf('nora@xn--BCHER-kva.example'));
  expect(mailboxOf('Not An Address')).toBe('not an address');
});
