import { describe, expect, it } from 'vitest';
import { RULE_IDS } from '../../src/domain/rules/notifications.js';
import {
  type Escalation,
  UNREACHED_REASONS,
  type UnreachedPerson,
} from '../../src/domain/rules/shared/escalation.js';
import { HandlebarsMailRenderer } from '../../src/infrastructure/mail/rendering/handlebars-mail-renderer.js';
import { aModel } from './mails.js';

const renderer = new HandlebarsMailRenderer();

const seen = (html: string): string => html.replace(/<head>.*<\/head>|<[^>]*>/gs, ' ').replace(/\s+/g, ' ');

const person = (changes: Partial<UnreachedPerson> = {}): UnreachedPerson => ({
  name: 'Greta Lindner',
  isOwner: false,
  reason: 'opted-out',
  ...changes,
});

const unreachable = (...people: UnreachedPerson[]): Escalation => ({ kind: 'unreachable', people, more: 0 });

describe.each(RULE_IDS)('the mail about %s to the escalation contact', (rule) => {
  it.each(['en', 'de'])(
    'in %s says who was not reached and why, to whom they do not have to be',
    (locale) => {
      const escalation = unreachable(person(), person({ name: 'Jonas', reason: 'not-active' }));
      const mail = renderer.render(aModel(rule, { escalation, locale }));
      for (const said of [seen(mail.html), mail.text]) {
        expect(said).toContain('Greta Lindner');
        expect(said).toMatch(/has turned off these notifications|hat diese Benachrichtigungen abgeschaltet/);
        expect(said).toContain('Jonas');
        expect(said).toMatch(/is not active|ist nicht aktiv/);
        expect(said).toMatch(/you are the escalation contact|Sie der Eskalationskontakt/);
        expect(said).toMatch(/What you can do|Was Sie tun können/);
        expect(said).toContain('Nordlicht Media GmbH');
      }
      expect(mail.subject).toMatch(/^(Nobody reached at|Niemand erreicht bei) Nordlicht Media GmbH: /);
      expect(mail.template).toBe(`${rule}@4`);
    },
  );

  it.each(['en', 'de'])('in %s asks the contact for nothing that only the partner can do', (locale) => {
    const { subject, html, text } = renderer.render(
      aModel(rule, {
        escalation: unreachable(person()),
        locale,
        unsubscribeUrl: 'https://herald.example/u/1',
      }),
    );
    for (const said of [subject, seen(html), text]) {
      expect(said).not.toMatch(/Action required|Bitte handeln|less than a minute|weniger als eine Minute/);
      expect(said).not.toMatch(/sign in|melden Sie sich|Unsubscribe|abbestellen|Ana Sørensen/);
      expect(said).not.toMatch(/Renew authorization|Reconnect account|Review posts|Open Upcoming Posts/);
    }
    expect(text).toMatch(/^(Hello|Guten Tag),\n/);
  });
});

describe('a person who was not reached', () => {
  const render = (one: UnreachedPerson, kind: 'unreachable' | 'undelivered' = 'unreachable', locale = 'en') =>
    renderer.render(aModel('account-expired', { locale, escalation: { kind, people: [one], more: 0 } })).text;

  it.each(UNREACHED_REASONS)('has a reason in words in both languages: %s', (reason) => {
    for (const locale of ['en', 'de']) {
      const one = person({ reason, address: 'greta@linden.example', reply: '550 5.1.1 No such user' });
      const lines = render(one, 'undelivered', locale).split('\n');
      const line = lines.find((each) => each.startsWith('* Greta Lindner: ')) ?? '';
      expect(line.length).toBeGreaterThan('* Greta Lindner: '.length + 5);
      expect(line).not.toContain('undefined');
    }
  });

  it('is shown with the address and the words of the mail server', () => {
    const address = 'greta@linden.example';
    const text = render(
      person({ reason: 'rejected', address, reply: '550 5.1.1 No such user' }),
      'undelivered',
    );
    expect(text).toContain(
      '* Greta Lindner: the message to greta@linden.example was refused: “550 5.1.1 No such user”',
    );
    expect(text).toContain('Have the email address checked and corrected');
  });

  it('is named as the owner of a personal account', () => {
    expect(render(person({ isOwner: true, reason: 'removed' }))).toContain(
      '* Greta Lindner (owner of the account): is no longer a user of this partner',
    );
  });

  it('has each remedy once, however many people share the reason', () => {
    const people = [person(), person({ name: 'Jonas' }), person({ name: 'Ida', reason: 'not-active' })];
    const { text } = renderer.render(aModel('account-expired', { escalation: unreachable(...people) }));
    expect(text.match(/Settings > Notifications/g)).toHaveLength(1);
    expect(text.match(/Partner Admin appointed/g)).toHaveLength(1);
  });
});

it('where nobody is responsible, that is said, and what to do', () => {
  const { text } = renderer.render(aModel('account-expired', { escalation: unreachable() }));
  expect(text).toContain('Nordlicht Media GmbH has no active Partner Admin.');
  expect(text).toContain('an active Partner Admin');
  expect(text).not.toContain('Who was not reached');
});

it('beyond those named, the people are counted', () => {
  const escalation: Escalation = { kind: 'unreachable', people: [person()], more: 3 };
  expect(renderer.render(aModel('account-expired', { escalation })).text).toContain(
    '3 more people were not reached either.',
  );
});

it.each(['en', 'de'])(
  'that a sender is refused is said in %s with the server’s words and what to check',
  (locale) => {
    const reply = '550 5.7.26 Unauthenticated email from meridian.example is not accepted';
    const escalation: Escalation = { kind: 'sender-refused', sender: 'notify@meridian.example', reply };
    const { subject, html, text } = renderer.render(aModel('account-expired', { escalation, locale }));
    expect(subject).toContain('notify@meridian.example');
    for (const said of [seen(html), text]) {
      expect(said).toContain(reply.replace('meridian.example', 'meridian[.]example'));
      expect(said).toContain('SPF, DKIM');
      expect(said).toContain('meridian.example');
      expect(said).not.toMatch(/Nordlicht|LinkedIn/);
    }
  },
);
