import { anEvent } from '../http/events.js';

/** A solution, and so many partners with one admin and one company account each. */
export const partners = (count: number): readonly unknown[] => [
  anEvent('solution', 'solution.configured', {
    ...{ solutionId: 'acme', name: 'Acme', entitled: true, timeZone: 'Europe/Berlin', locale: 'en' },
    ...{ baseUrl: 'https://portal.acme.example', escalationEmail: 'success@acme.example' },
    sender: { name: 'Acme', address: 'no-reply@acme.example' },
  }),
  ...Array.from({ length: count }, (_, n) => [
    anEvent(`partner-${n}`, 'partner.registered', {
      ...{ partnerId: `p${n}`, solutionId: 'acme', name: `Partner ${n}`, timeZone: 'Europe/Berlin' },
    }),
    anEvent(`user-${n}`, 'partner-user.added', {
      ...{
        userId: `u${n}`,
        partnerId: `p${n}`,
        name: `User ${n}`,
        email: `u${n}@acme.example`,
        role: 'admin',
      },
    }),
    anEvent(`account-${n}`, 'social-account.connected', {
      ...{
        accountId: `a${n}`,
        partnerId: `p${n}`,
        network: 'x',
        kind: 'company',
        displayName: `Account ${n}`,
      },
    }),
  ]).flat(),
];

/** The network has refused the accounts of these partners: each admin is told at once. */
export const refused = (numbers: readonly number[]): readonly unknown[] =>
  numbers.map((n) =>
    anEvent(`refused-${n}`, 'social-account.token-invalidated', { accountId: `a${n}`, reason: 'revoked' }),
  );

export const addresses = (numbers: readonly number[]): readonly string[] =>
  numbers.map((n) => `u${n}@acme.example`);

export const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);
