import { afterEach, expect, it, vi } from 'vitest';
import { describeLag } from '../../src/application/read-models/rebuild/describe-progress.js';
import { ProgressBar, print, say } from '../../src/cli/terminal/terminal.js';

const written: string[] = [];
vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
  written.push(String(text));
  return true;
});
const outputOf = (isTTY: boolean) => ({ write: process.stdout.write.bind(process.stdout), isTTY });
afterEach(() => written.splice(0));

it('shows what would command the terminal instead of doing it', () => {
  say('\u001b]0;PWNED\u0007\u001b[2J \u009b2J \u202eabc \u200b');
  expect(written).toEqual(['\\u001b]0;PWNED\\u0007\\u001b[2J \\u009b2J \\u202eabc \\u200b\n']);
});

it('leaves lines, and letters of all languages', () => {
  say('two', 'lines: Jänner, 東京, ✓');
  expect(written.join('')).toBe('two\nlines: Jänner, 東京, ✓\n');
});

it('does not take a line break in what was recorded for a line of its own', () => {
  say('  odd\nok    log   all is well\r\n');
  expect(written).toEqual(['  odd\\u000aok    log   all is well\\u000d\\u000a\n']);
});

it('also above a progress bar', () => {
  new ProgressBar('history', outputOf(true)).note('a\u009b2J');
  expect(written.join('')).toBe('\ra\\u009b2J\u001b[K\n');
});

it('prints a mail as it is to a file, and in a terminal line by line without what would command it', () => {
  const mail = 'Subject: \u2068דנה\u2069\r\n\r\n\u001b[2J\r\n';
  print(mail, false);
  expect(written.splice(0)).toEqual([mail]);
  print(mail, true);
  expect(written).toEqual(['Subject: \\u2068דנה\\u2069\n', '\n', '\\u001b[2J\n']);
});

it.each([
  [
    { done: 108_001, share: 0.439, rate: 2_100, eta: 40 },
    'copied 108,001 events read, 43 % of the log, 2,100 a second, about 40 s left',
  ],
  [
    { done: 501, total: 1_002, share: 0.5, rate: 100, eta: 5 },
    'copied 501 of 1,002 events read, 50 % of the log, 100 a second, about 5 s left',
  ],
  [{ share: 0.9999, rate: 0 }, 'copied 99 % of the log'],
  [
    { done: 7, total: 7, share: 1, rate: 7, eta: 0 },
    'copied 7 of 7 events read, 100 % of the log, 7 a second',
  ],
])('says of progress what was counted, and the share of the log: %j', (progress, line) => {
  new ProgressBar('copied', outputOf(false)).show(progress);
  expect(written).toEqual([`${line}\n`]);
});

it.each([
  [{ behind: 0, share: 1 }, '0 events behind'],
  [{ behind: 1, share: 0.99 }, '1 event behind'],
  [{ share: 0.999 }, 'behind, at 99 % of the log'],
  [{}, undefined],
])('says how far a read model is behind only as far as it is known: %j', (status, words) => {
  expect(describeLag(status)).toBe(words);
});
