import { anEvent } from './events.js';

const SOLUTION = anEvent('solution', 'solution.configured', {
  ...{ solutionId: 'acme', name: 'Acme', entitled: true, timeZone: 'Europe/Berlin', locale: 'en' },
  baseUrl: 'https://portal.acme.example',
  sender: { name: 'Acme Portal', address: 'no-reply@acme.example' },
});

const PARTNER = anEvent('partner', 'partner.registered', {
  ...{ partnerId: 'nordlicht', solutionId: 'acme', name: 'Nordlicht', timeZone: 'Europe/Berlin' },
});

const admin = (userId: string) =>
  anEvent(userId, 'partner-user.added', {
    ...{ userId, partnerId: 'nordlicht', name: userId, email: `${userId}@nordlicht.example`, role: 'admin' },
  });

/** A partner with two admins, Ada and Ben, who get digests on Mondays. */
export const SMALL_WORLD = [SOLUTION, PARTNER, admin('ada'), admin('ben')];
