import { expect, it } from 'vitest';
import { imapProblem } from './imap-problem.js';

it('a mailbox that cannot be read has a reason in plain words, with what the server said', () => {
  const failed = new Error('Command failed');
  const words = (more: object) => imapProblem(Object.assign(new Error('Command failed'), more));
  expect(words({ authenticationFailed: true, responseText: 'Invalid credentials' })).toBe(
    'it does not accept the user or the password: Invalid credentials',
  );
  expect(words({ responseText: 'Mailbox doesn’t exist: Bounces' })).toBe(
    'it answered: Mailbox doesn’t exist: Bounces',
  );
  expect(imapProblem(failed)).toBe('Command failed');
});

it.each([
  ['self-signed certificate', 'NODE_EXTRA_CA_CERTS'],
  ['error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps:350:\n', 'Use imap://'],
  ['Failed to receive greeting from server in required time. Maybe should use TLS?', 'use imaps://'],
  ['Server does not support STARTTLS', 'Use imaps://'],
])('%s: what to write instead is said', (message, toDo) => {
  expect(imapProblem(new Error(message))).toContain(toDo);
});
