import type { Catalogue } from './catalogue.js';

/** English. The fallback for every locale without a catalogue of its own. */
export const en: Catalogue = {
  language: 'en',
  defaultRegion: 'en-GB',

  greeting: (name) => `Hello ${name},`,
  testPrefix: '[Test] ',
  test: 'Test message: Herald is running on a test clock. Nothing needs to be done.',
  late: (delay, planned) =>
    `This message is ${delay} late: Herald could not send it at its planned time, ${planned}.`,
  escalation: (partner) =>
    `You receive this message as the escalation contact: nobody at ${partner} could be reached about it.`,
  zone: (timeZone) => `All times are in the time zone ${timeZone}.`,
  unsubscribe: 'Unsubscribe from this summary',
  labels: {
    account: 'Account',
    network: 'Network',
    kind: 'Type',
    expires: 'Expires',
    ended: 'Ended',
    reason: 'Reason',
    publishing: 'To be published',
  },
  kinds: { personal: 'Personal account', company: 'Company account' },

  notifications: {
    'content-needs-approval': {
      subject: (posts, solution, f) =>
        `${f.count(posts, { one: 'new post needs', other: 'new posts need' })} your approval in ${solution}`,
      heading: (posts, f) => `${f.count(posts, { one: 'new post', other: 'new posts' })} to approve`,
      intro: (posts, partner, f) =>
        `${f.count(posts, {
          one: 'new post has been added to the Upcoming Posts of',
          other: 'new posts have been added to the Upcoming Posts of',
        })} ${partner}. ${f.form(posts, { one: 'It', other: 'They' })} will only be published once approved.`,
      more: (posts, f) =>
        `${f.count(posts, { one: 'more new post is', other: 'more new posts are' })} not listed here.`,
      action: 'Review posts',
      footer: (solution) =>
        `You receive this summary because you approve content in ${solution}. You can change how often it arrives under Settings > Notifications.`,
    },
    'no-social-media-content': {
      subject: (solution) => `No new content to approve in ${solution}`,
      heading: 'Nothing new to approve',
      intro: (partner) =>
        `You asked for the latest content with Send Now. No new posts have been added to the Upcoming Posts of ${partner} since your last summary.`,
      action: 'Open Upcoming Posts',
      footer: (solution) => `You receive this message because you used Send Now in ${solution}.`,
    },
    'settings-update-required': {
      subject: ({ name, network }, relative) =>
        `Action required: authorisation of “${name}” on ${network} expires ${relative}`,
      heading: (relative) => `Authorisation expires ${relative}`,
      intro: ({ name, network }, partner, relative) =>
        `The authorisation of the ${network} account “${name}” of ${partner} expires ${relative}. After that, no more posts can be published to it.`,
      action: 'Renew authorisation',
    },
    'account-expired': {
      subject: ({ name, network }) => `Action required: authorisation of “${name}” on ${network} has ended`,
      heading: 'Authorisation has ended',
      intro: ({ name, network }, partner) =>
        `The ${network} account “${name}” of ${partner} is no longer authorised. Until it is reconnected, no posts can be published to it.`,
      timePassed: 'The authorisation reached its expiry date.',
      action: 'Reconnect account',
    },
  },
  older: (posts, f) =>
    `${f.count(posts, { one: 'older post still waits', other: 'older posts still wait' })} for approval.`,
  reconnect: (solution) =>
    `Please sign in to ${solution} and grant permission again. It usually takes less than a minute.`,
  accountFooter: (solution) =>
    `You receive this message because you look after this account in ${solution}. You can turn these reminders off under Settings > Notifications > Social Accounts Expiration.`,
};
