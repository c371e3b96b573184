import { ANONYMOUS } from '../../src/domain/access/principal.js';
import { anEvent } from '../http/events.js';
import type { TestHerald } from '../http/herald.js';
import { publishAs, publisher } from './publishers.js';

/** A publisher of each of two solutions, one of both, and one that is bound to none. */
export const aurora = publisher('aurora', ['aurora']);
export const rival = publisher('rival', ['rival']);
export const both = publisher('both', ['aurora', 'rival']);
export const unbound = publisher('unbound', 'all');

let count = 0;
/** An event with an id of its own. */
export const next = (name: string, data: Readonly<Record<string, unknown>>) =>
  anEvent(`e-${++count}`, name, data);

export const aSolution = (solutionId: string, data: Readonly<Record<string, unknown>> = {}) =>
  next('solution.configured', {
    ...{ solutionId, name: solutionId, entitled: true, timeZone: 'Europe/Berlin', locale: 'en' },
    ...{ baseUrl: `https://${solutionId}.example` },
    sender: { name: solutionId, address: `mail@${solutionId}.example` },
    ...data,
  });

export const aPartner = (partnerId: string, solutionId: string) =>
  next('partner.registered', { partnerId, solutionId, name: partnerId, timeZone: 'Europe/Berlin' });

export const aUser = (userId: string, partnerId: string, email = `${userId}@${partnerId}.example`) =>
  next('partner-user.added', { userId, partnerId, name: userId, email, role: 'admin' });

export const anAccount = (accountId: string, partnerId: string) =>
  next('social-account.connected', {
    ...{ accountId, partnerId, network: 'facebook', kind: 'company', displayName: accountId },
    authorisationExpiresAt: '2026-03-15T12:00:00Z',
  });

/** Two solutions: aurora has the partner linden with greta and the account fb-1, rival has mallory with mal and fb-2. */
export const publishTwoSolutions = (herald: TestHerald) =>
  publishAs(
    ...([herald, ANONYMOUS] as const),
    ...[
      aSolution('aurora'),
      aPartner('linden', 'aurora'),
      aUser('greta', 'linden'),
      anAccount('fb-1', 'linden'),
    ],
    ...[
      aSolution('rival'),
      aPartner('mallory', 'rival'),
      aUser('mal', 'mallory'),
      anAccount('fb-2', 'mallory'),
    ],
  );
