import type { Condition } from '../../../domain/rules/shared/verdict.js';

/** What would have to change for a condition to hold. */
export interface Need {
  /** The name of the condition. */
  readonly condition: string;
  /** A full sentence. */
  readonly says: string;
}

const SENTENCES: Readonly<Record<string, string>> = {
  // The plan
  'partner-is-registered': 'The platform would have to register the partner.',
  'partner-has-not-left': 'The platform would have to register the partner again.',
  'solution-is-configured': 'The platform would have to configure the solution of the partner.',
  'solution-is-entitled':
    'The platform would have to configure the solution as entitled to e-mail notifications.',
  // The person
  'person-is-active': 'The platform would have to add them to the partner, or report them as active.',
  'has-not-opted-out':
    'They would have to switch Social Accounts Expiration on, under Settings > Notifications.',
  'wants-digests':
    'They would have to choose daily, weekly or monthly digests, under Settings > Notifications.',
  'address-is-deliverable': 'The platform would have to report another address of theirs.',
  'address-has-room': 'An hour with fewer mails to their address would have to pass.',
  'solution-has-room': 'An hour with fewer mails of the solution would have to pass.',
  'owns-the-account': 'They would have to own the account: of a personal account only its owner is notified.',
  'is-partner-admin': 'They would have to be a Partner Admin: of a company account only those are notified.',
  'concerned-them-at-the-slot': 'The next slot would have to come: it is the first one that concerns them.',
  'somebody-can-be-told':
    'Somebody who answers for the account would have to be active, with an address that works, and not have opted out.',
  'somebody-wants-digests':
    'Somebody active at the partner, with an address that works, would have to choose digests.',
  // The account
  'account-is-connected': 'The account would have to be connected.',
  'expiry-is-known': 'The platform would have to report when the authorisation expires.',
  'expires-in-less-than-20-days': 'The end of the authorisation would have to come nearer.',
  'authorisation-is-not-refused':
    'The account would have to be authorised again. Until then Account expired is the notification about it.',
  'has-not-expired':
    'The account would have to be authorised again. Until then Account expired is the notification about it.',
  'authorisation-has-ended': 'The authorisation would have to end, or the network to refuse it.',
  // The moment
  'undecided-monday-has-come': 'The next Monday before the end of the authorisation would have to come.',
  'undecided-slot-has-come': 'The next slot would have to come.',
  'is-in-time': 'Nothing can change this slot any more: its time is over. The next one counts.',
  'is-the-latest-slot': 'Nothing can change this slot any more: the later mail takes its place.',
  // Content
  'new-content-waits': 'Content that is new to them would have to wait for their approval.',
  'still-waits': 'Nothing can change this slot any more. The next one counts, with what waits then.',
  'nothing-new-waits':
    'Nothing new would have to wait. While something does, Content needs approval is sent instead.',
  'send-now-was-pressed': 'They would have to press Send Now.',
};

/** The names of the conditions that have a sentence of their own. */
export const NEEDED_CONDITIONS: readonly string[] = Object.keys(SENTENCES);

/** What would have to change for this condition to hold. */
export const needOf = ({ name }: Condition): Need => ({
  condition: name,
  says: SENTENCES[name] ?? `The condition “${name.replaceAll('-', ' ')}” would have to hold.`,
});
