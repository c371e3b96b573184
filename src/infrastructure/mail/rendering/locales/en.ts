import type { Catalogue, UnreachedWords } from './catalogue.js';

/** English, in American spelling. The fallback for every locale without a catalogue of its own. */
export const en: Catalogue = {
  language: 'en',
  defaultRegion: 'en-US',
  direction: 'ltr',
  moments: {
    zone: 'long',
    long: ({ date, time, zone }) => `${date} at ${time} ${zone}`,
    short: ({ date, time, zone }) => `${date}, ${time} ${zone}`,
  },

  greeting: (name) => `Hello ${name},`,
  testPrefix: '[Test] ',
  test: 'Test message: Herald is running on a test clock. Nothing needs to be done.',
  late: (delay, planned) =>
    `This message is ${delay} late: Herald could not send it at its planned time, ${planned}.`,
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
      topic: (posts, f) => `${f.count(posts, { one: 'new post needs', other: 'new posts need' })} approval`,
      toDo: (partner, solution) =>
        `Contact ${partner} in another way and ask them to review the posts in ${solution}.`,
    },
    'no-social-media-content': {
      subject: (solution) => `No new content to approve in ${solution}`,
      heading: 'Nothing new to approve',
      intro: (partner) =>
        `You asked for the latest content with Send Now. Nothing new in the Upcoming Posts of ${partner} is waiting for your approval.`,
      action: 'Open Upcoming Posts',
      footer: (solution) => `You receive this message because you used Send Now in ${solution}.`,
      topic: 'no new content to approve',
      report: (partner) =>
        `Somebody at ${partner} asked for the latest content with Send Now. Nothing new is waiting for their approval.`,
      toDo: (partner, solution) =>
        `Nothing is urgent: there is nothing new to approve. Let ${partner} know where to find their posts in ${solution}.`,
    },
    'settings-update-required': {
      topic: ({ name, network }, relative) => `authorization of “${name}” on ${network} expires ${relative}`,
      heading: (relative) => `Authorization expires ${relative}`,
      intro: ({ name, network }, partner, relative) =>
        `The authorization of the ${network} account “${name}” of ${partner} expires ${relative}. After that, no more posts can be published to it.`,
      action: 'Renew authorization',
      toDo: (partner, solution) =>
        `Contact ${partner} in another way and ask them to renew the authorization in ${solution} before it expires.`,
    },
    'account-expired': {
      topic: ({ name, network }) => `authorization of “${name}” on ${network} has ended`,
      heading: 'Authorization has ended',
      intro: ({ name, network }, partner) =>
        `The ${network} account “${name}” of ${partner} is no longer authorized. Until it is reconnected, no posts can be published to it.`,
      timePassed: 'The authorization reached its expiry date.',
      action: 'Reconnect account',
      toDo: (partner, solution) =>
        `Contact ${partner} in another way and ask them to reconnect the account in ${solution}.`,
    },
  },
  older: (posts, f) =>
    `${f.count(posts, { one: 'older post still waits', other: 'older posts still wait' })} for approval.`,
  expiry: (moment, relative) => `${moment} (${relative})`,
  actionRequired: (topic) => `Action required: ${topic}`,
  reconnect: (solution) =>
    `Please sign in to ${solution} and grant permission again. It usually takes less than a minute.`,
  accountFooter: (solution) =>
    `You receive this message because you look after this account in ${solution}. You can turn these reminders off under Settings > Notifications > Social Accounts Expiration.`,

  escalation: {
    greeting: 'Hello,',
    footer: (solution) => `You receive this message because you are the escalation contact of ${solution}.`,
    action: (solution) => `Open ${solution}`,
    whoHeading: 'Who was not reached',
    toDoHeading: 'What you can do',
    owner: (name) => `${name} (owner of the account)`,
    morePeople: (people, f) =>
      `${f.count(people, { one: 'more person was', other: 'more people were' })} not reached either.`,
    nobody: (partner) => `${partner} has no active Partner Admin.`,
    kinds: {
      unreachable: {
        subject: (partner, topic) => `Nobody reached at ${partner}: ${topic}`,
        heading: 'Nobody could be notified',
        why: (partner) => `Nobody at ${partner} could be notified of this.`,
      },
      undelivered: {
        subject: (partner, topic) => `Not delivered at ${partner}: ${topic}`,
        heading: 'A notification was not delivered',
        why: (partner) => `The notification of this has not reached everybody at ${partner}.`,
      },
    },
    reasons: {
      'unknown-user': () => 'is not a user of this partner',
      removed: () => 'is no longer a user of this partner',
      'not-active': () => 'is not active',
      'no-address': () => 'has no email address',
      'undeliverable-address': ({ address }) =>
        address ? `cannot receive mail at ${address}` : 'has an email address that cannot receive mail',
      'opted-out': () => 'has turned off these notifications',
      'no-digests': () => 'receives no summaries of content to approve',
      rejected: (one) => said(`the message${to(one)} was refused`, one),
      'given-up': (one) => said(`the message${to(one)} could not be delivered in time`, one),
      bounced: (one) => said(`the message${to(one)} was returned as undeliverable`, one),
      complained: (one) => said(`the message${to(one)} was reported as spam`, one),
      abandoned: (one) => said(`it is not known whether the message${to(one)} arrived`, one),
    },
    remedies: {
      preferences:
        'Ask them to turn these notifications on again under Settings > Notifications, so that the next one arrives.',
      address: 'Have the email address checked and corrected, so that the next notification arrives.',
      responsible:
        'Have an active Partner Admin appointed, or an active owner for a personal account, so that there is somebody to notify.',
      later: 'The next notification is sent as usual.',
    },
    senderRefused: {
      subject: (sender) => `Mail servers refuse messages from ${sender}`,
      heading: 'The sender is refused',
      intro: (sender, solution) =>
        `Mail servers refuse the notifications of ${solution} that come from ${sender}.`,
      held: 'Notifications from this sender are waiting. They are sent once the sender is accepted again.',
      reply: 'Reply',
      steps: (domain) => [
        `Have SPF, DKIM and DMARC of ${domain} checked: they must allow the mail server that Herald uses.`,
        'If they are right, ask whoever operates Herald to check the mail server.',
      ],
    },
  },
};

const to = ({ address }: UnreachedWords): string => (address ? ` to ${address}` : '');

const said = (what: string, { reply }: UnreachedWords): string => (reply ? `${what}: “${reply}”` : what);
