import { certificateProblem } from '../certificate-problem.js';

/** What OpenSSL calls a problem, and what it is. */
const PROBLEMS: readonly (readonly [RegExp, string])[] = [
  [
    /wrong version number|packet length too long/,
    'the server does not speak TLS from the first byte at this port. Use smtp:// for STARTTLS, or smtps:// with the port for TLS, usually 465',
  ],
  [
    /alert protocol version|unsupported protocol|version too low/,
    'the server offers no version of TLS that Herald takes: those are 1.2 and 1.3',
  ],
  [
    /Greeting never received/,
    'it has sent no greeting. If TLS begins with the first byte at this port, as it usually does at 465, use smtps://',
  ],
];

/** The words of a driver in plain words, where they are not plain themselves. */
export const plainly = (detail: string): string =>
  certificateProblem(detail) ?? PROBLEMS.find(([pattern]) => pattern.test(detail))?.[1] ?? detail;
