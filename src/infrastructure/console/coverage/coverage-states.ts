import type { CoverageState } from '../../../application/coverage/covered-decision.js';
import type { Tone } from '../kit/words.js';

interface StateWords {
  readonly label: string;
  readonly means: string;
  /** How serious it is if there are any. */
  readonly tone?: Tone;
}

/** What the page calls each state of an expected decision, and what that means. */
export const STATE_WORDS: Readonly<Record<CoverageState, StateWords>> = {
  expected: { label: 'Expected', means: 'The facts ask for a decision.' },
  decided: { label: 'Decided', means: 'The decision is on record: raised or withheld.' },
  raised: { label: 'Raised', means: 'Herald decided to send a mail.' },
  withheld: { label: 'Withheld', means: 'Herald decided not to send one, and recorded the reason.' },
  missed: { label: 'Too late', means: 'Withheld, because its time had passed.', tone: 'warn' },
  waiting: { label: 'Waiting', means: 'The mail is still to be sent, or is tried again.' },
  sent: { label: 'Sent', means: 'The mail server took the mail.' },
  delivered: { label: 'Delivered', means: 'A report confirms that the mail arrived.', tone: 'good' },
  unknown: { label: 'In doubt', means: 'Nobody knows whether the mail arrived.', tone: 'warn' },
  undelivered: { label: 'Undelivered', means: 'The mail was refused, bounced or given up.', tone: 'bad' },
  superseded: { label: 'Superseded', means: 'The reason ended before the mail was sent.' },
  planned: { label: 'Planned', means: 'The moment is still to come.' },
  due: { label: 'Due', means: 'The moment has come, and Herald decides now.' },
  lapsed: { label: 'Lapsed', means: 'The reason ended before the decision.' },
  coalesced: { label: 'Covered later', means: 'A later digest covers it.' },
  shortfall: { label: 'Missing', means: 'There should be a decision, and there is none.', tone: 'bad' },
};
