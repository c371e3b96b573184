import { describe, expect, it } from 'vitest';
import { withoutInvisible } from './invisible.js';

describe('A text without what shows nothing', () => {
  it.each([
    ...[0x200b, 0x200e, 0x200f, 0x061c, 0x2060, 0x2063, 0xfeff, 0x00ad, 0x180e, 0x202e, 0x2066, 0x206f],
    ...[0xe0001, 0xe0041, 0xe007f, 0xfff9, 0xfffb, 0xfdd0, 0xfdef, 0xfffe, 0xffff, 0x1fffe, 0x10ffff],
    ...[0x200c, 0x200d],
  ])('has no U+%s', (code) => {
    expect(withoutInvisible(`Ac${String.fromCodePoint(code)}me`)).toBe('Acme');
  });

  it.each([
    ['plain text', 'Café Morgenrot, 50 % – “new”'],
    ['an emoji of several', '👩‍🚀 👨‍👩‍👧 🏳️‍🌈 ❤️ 1️⃣'],
    ['the flag of England', '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'],
    ['a Persian word with a non-joiner', 'می\u200cخواهم'],
    ['a Devanagari conjunct with a joiner', 'क्\u200dष'],
    ['a variant of a Chinese character', '葛\u{e0100}'],
    ['Hebrew and Arabic', 'שלום عليكم'],
    ['an Arabic sign before a number', '\u0600١٢'],
  ])('keeps %s', (_, text) => {
    expect(withoutInvisible(text)).toBe(text);
  });

  it('hides nothing in tags behind something else than a black flag', () => {
    expect(withoutInvisible('🏁\u{e0067}\u{e0062}\u{e007f}')).toBe('🏁');
    expect(withoutInvisible(`🏴${'\u{e0061}'.repeat(50)}\u{e007f}`)).toBe('🏴');
  });
});
