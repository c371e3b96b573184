import { messageOf } from '../../../domain/kernel/herald-error.js';
import { certificateProblem } from '../../mail/certificate-problem.js';
import { said } from '../said.js';

/** What imapflow calls a problem, and what it is. */
const PROBLEMS: readonly (readonly [RegExp, string])[] = [
  [
    /wrong version number|packet length too long/,
    'it does not speak TLS from the first byte at this port. Use imap:// for STARTTLS, or imaps:// with the port for TLS, usually 993',
  ],
  [
    /Failed to receive greeting/,
    'it has sent no greeting. If TLS begins with the first byte at this port, as it usually does at 993, use imaps://',
  ],
  [/does not support STARTTLS/, 'it does not offer STARTTLS. Use imaps:// if it has a port for TLS'],
];

/** What a failed command of imapflow has beside its message. */
interface Failed {
  /** What the server answered. */
  readonly responseText?: string;
  readonly authenticationFailed?: boolean;
}

/** Why a mailbox cannot be read, in plain words: of a failed command, the message says no more than that it failed. */
export const imapProblem = (error: unknown): string => {
  const { responseText, authenticationFailed } = error as Failed;
  const answer = said(responseText);
  if (authenticationFailed)
    return `it does not accept the user or the password${answer ? `: ${answer}` : ''}`;
  if (answer) return `it answered: ${answer}`;
  const message = messageOf(error);
  return (
    certificateProblem(message) ?? PROBLEMS.find(([pattern]) => pattern.test(message))?.[1] ?? message.trim()
  );
};
