import { afterEach, expect, it, vi } from 'vitest';
import { ProgressBar, print, say } from '../../src/cli/terminal.js';

const written: string[] = [];
vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
  written.push(String(text));
  return true;
});
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
  new ProgressBar('history', true).note('a\u009b2J');
  expect(written.join('')).toBe('\ra\\u009b2J\u001b[K\n');
});

it('prints a mail as it is to a file, and in a terminal line by line without what would command it', () => {
  const mail = 'Subject: \u2068דנה\u2069\r\n\r\n\u001b[2J\r\n';
  print(mail, false);
  expect(written.splice(0)).toEqual([mail]);
  print(mail, true);
  expect(written).toEqual(['Subject: \\u2068דנה\\u2069\n', '\n', '\\u001b[2J\n']);
});
