type Labels = Readonly<Record<string, string>>;

const SOLUTION_AND_PARTNER: Labels = { solution: 'Solution', partner: 'Partner' };

const LABELS = new Map<string | undefined, Labels>([
  [
    'history',
    {
      ...SOLUTION_AND_PARTNER,
      q: 'Person, address, account, subject or id',
      rule: 'Notification',
      outcome: 'Outcome',
      reason: 'Withheld because',
      from: 'Decided from (UTC)',
      to: 'Decided until, inclusive (UTC)',
      recipient: 'Recipient',
      account: 'Account',
      decision: 'Decision',
      channel: 'Channel',
      slotFrom: 'Due from (UTC)',
      slotTo: 'Due until, inclusive (UTC)',
      order: 'Order',
    },
  ],
  [
    'why-not',
    {
      person: 'Person or address',
      rule: 'Notification',
      at: 'At (UTC; empty: now)',
      partner: 'Partner, if several',
      account: 'Account (empty: all)',
    },
  ],
  ['agenda', { ...SOLUTION_AND_PARTNER, days: 'Days ahead (1 to 400)' }],
  ['coverage', { ...SOLUTION_AND_PARTNER, date: 'Date', rule: 'Notification' }],
  ['people', { person: 'User id or any address', partner: 'Partner id' }],
  ['accounts', { partner: 'Partner id', owner: 'User id of the owner', status: 'Authorisation' }],
  ['queues', { partner: 'Partner id', status: 'State' }],
  ['partners', { solution: 'Solution id', status: 'State' }],
  ['solutions', { status: 'State' }],
  ['projections', { samples: 'At most, of each kind' }],
  [
    'access-log',
    { principal: 'Who (id)', action: 'Action', solution: 'Solution', from: 'From', to: 'Before' },
  ],
  [
    'templates',
    {
      variant: 'Variant',
      locale: 'Language',
      part: 'Part',
      scheme: 'Colors',
      width: 'Width',
      notification: 'With the data of a notification',
    },
  ],
]);

/** How the filters of a page are called: where they are set, and where they are refused. @param route of the page. */
export const filterLabelsOf = (route: string | undefined): Labels =>
  LABELS.get(/^\/console\/([\w-]+)/.exec(route ?? '')?.[1]) ?? {};
