import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it, vi } from 'vitest';
import type { AgendaPage } from '../../src/application/audit/get-agenda.js';
import type { WhyNot } from '../../src/application/audit/why/ask-why-not.js';
import type { Why } from '../../src/application/audit/why/get-why.js';
import { EventStore } from '../../src/application/ports/event-store.js';
import { agenda as agendaOfFive } from '../../src/application/read-models/agenda/agenda.js';
import type { HistoryEntry } from '../../src/application/read-models/history/history.js';
import { AskWhatIf, AskWhatIfHandler } from '../../src/application/what-if/ask-what-if.js';
import { timeline } from '../../src/demo/print.js';
import { anEvent } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { accountConnected } from './account-connected.js';

// What somebody who adds a notification does in two files: a line in the registry, and a line among the mails.
vi.mock('../../src/domain/rules/registry.js', async (original) => {
  const registry = await original<typeof import('../../src/domain/rules/registry.js')>();
  const { accountConnected } = await import('./account-connected.js');
  return { ...registry, NOTIFICATIONS: [...registry.NOTIFICATIONS, accountConnected] };
});
vi.mock('../../src/infrastructure/mail/rendering/notification-mails.js', async (original) => {
  const mails =
    await original<typeof import('../../src/infrastructure/mail/rendering/notification-mails.js')>();
  const { accountConnectedMail } = await import('./account-connected.js');
  const NOTIFICATION_MAILS = { ...mails.NOTIFICATION_MAILS, 'account-connected': accountConnectedMail };
  return { ...mails, NOTIFICATION_MAILS };
});

// Without an id that the compiler knows, it cannot say what a new notification lacks.
expectTypeOf(accountConnected.id).toEqualTypeOf<'account-connected'>();

const RULE = 'account-connected';
const DUE = '2026-03-02T10:00:00.000Z';
const WHY_NOT = `/v1/why-not?person=ada&rule=${RULE}&account=news`;

describe('A fifth notification, added to the registry and to the mails, is known to', () => {
  const mails: ParsedMail[] = [];
  let smtp: SMTPServer;
  let herald: TestHerald;
  let agenda: AgendaPage;
  let before: WhyNot;
  let history: readonly HistoryEntry[];

  beforeAll(async () => {
    smtp = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onData: (stream, _session, done) => {
        simpleParser(stream).then((mail) => {
          mails.push(mail);
          done();
        }, done);
      },
    });
    smtp.listen(0, '127.0.0.1');
    await once(smtp.server, 'listening');
    const { port } = smtp.server.address() as AddressInfo;
    herald = await startTestHerald({ HERALD_MAIL: `smtp://127.0.0.1:${port}` });
    const connected = anEvent('connected', 'social-account.connected', {
      ...{ accountId: 'news', partnerId: 'nordlicht', network: 'linkedin', kind: 'company' },
      displayName: 'Nordlicht News',
    });
    await herald.publishAll([...SMALL_WORLD, connected]);
    await herald.settled();
    agenda = (await herald.get<AgendaPage>('/v1/agenda?days=1')).body;
    before = (await herald.get<WhyNot>(WHY_NOT)).body;
    await herald.moveTo(DUE);
    await herald.settled();
    const page = await herald.get<{ items: HistoryEntry[] }>(`/v1/notifications?rule=${RULE}`);
    history = page.body.items;
  });
  afterAll(async () => {
    await herald.stop();
    await new Promise<void>((resolve) => smtp.close(resolve));
  });

  it('the agenda', () => {
    expect(agenda.items).toMatchObject([{ at: DUE, what: 'decision', rule: RULE, accountId: 'news' }]);
  });

  it('why-not, before its slot', () => {
    expect(before.answers).toMatchObject([{ due: false, slot: { at: DUE } }]);
    expect(before.answers[0]?.sentence).toContain('because an hour has passed at 2026-03-02 11:00');
  });

  it('the decisions, once for each recipient', async () => {
    const events = await herald.events();
    const raised = events.filter(({ type }) => type === 'NotificationRaised');
    expect(raised.map(({ data }) => (data.recipient as { userId: string }).userId).sort()).toEqual([
      'ada',
      'ben',
    ]);
    expect(events.filter(({ type }) => type === 'SlotDecided')).toMatchObject([{ data: { rule: RULE } }]);
  });

  it('the mails, which go out over SMTP', () => {
    expect(mails.map(({ to }) => [to].flat()[0]?.text).sort()).toEqual([
      expect.stringContaining('ada@nordlicht.example'),
      expect.stringContaining('ben@nordlicht.example'),
    ]);
    for (const { subject, text, html } of mails) {
      expect(subject).toBe('[Test] “Nordlicht News” on LinkedIn is connected');
      expect(text).toContain('“Nordlicht News” on LinkedIn is connected.');
      expect(html).toContain('Account connected');
    }
  });

  it('the filter of the history', async () => {
    expect(history).toMatchObject([
      { rule: RULE, outcome: 'accepted', accountId: 'news' },
      { rule: RULE, outcome: 'accepted', accountId: 'news' },
    ]);
    expect((await herald.get('/v1/notifications?rule=account-renamed')).status).toBe(400);
  });

  it('why, which runs it again', async () => {
    const { body } = await herald.get<Why>(`/v1/notifications/${history[0]?.notificationId}/why`);
    expect(body.recomputed.agrees).toBe(true);
    expect(body.sentence).toContain(
      'was notified that Nordlicht News on linkedin is connected, because the account has been connected for an hour',
    );
  });

  it('why-not, once it has its decision', async () => {
    const { body } = await herald.get<WhyNot>(WHY_NOT);
    expect(body.answers).toMatchObject([{ due: false, last: { decision: 'raised' } }]);
    expect(body.answers[0]?.sentence).toContain('this connection has its decision');
  });

  it('what-if', async () => {
    const log = herald.herald.app.get(EventStore);
    const day = ['2026-03-02T00:00:00.000Z', '2026-03-03T00:00:00.000Z'] as const;
    const handler = new AskWhatIfHandler(log);
    const { would, did } = await handler.execute(new AskWhatIf(...day, {}));
    const who = (all: typeof would) => all.map(({ rule, userId, at }) => [rule, userId, at]).sort();
    expect(who(would)).toEqual([
      [RULE, 'ada', DUE],
      [RULE, 'ben', DUE],
    ]);
    expect(who(did)).toEqual(who(would));
    const none = await handler.execute(new AskWhatIf(...day, { entitled: false }));
    expect(none.would).toEqual([]);
  });

  it('the OpenAPI document, wherever a notification is named', async () => {
    const { body } = await herald.get<{ paths: Record<string, { get: { parameters: unknown[] } }> }>(
      '/docs-json',
    );
    for (const path of ['/v1/notifications', '/v1/why-not'])
      expect(body.paths[path]?.get.parameters).toContainEqual(
        expect.objectContaining({
          name: 'rule',
          schema: expect.objectContaining({ enum: expect.arrayContaining([RULE, 'account-expired']) }),
        }),
      );
  });

  it('the metrics', async () => {
    const { text } = await herald.get('/metrics');
    expect(text).toMatch(/^herald_decisions_total\{[^}]*rule="account-connected"[^}]*\} 2$/m);
  });

  it('the demo: its legend and its timeline', () => {
    const shown = timeline(
      history.map((entry) => ({ entry, because: '' })),
      '2026-03-02T00:00:00.000Z',
      1,
    );
    expect(shown).toContain('E account expired   K account connected');
    expect(shown).toMatch(/^ada +K$/m);
  });

  it('the version of the agenda, so that it is rebuilt with the slots of accounts that are connected already', async () => {
    vi.doUnmock('../../src/domain/rules/registry.js');
    vi.resetModules();
    const { agenda: agendaOfFour } = await import('../../src/application/read-models/agenda/agenda.js');
    expect(agendaOfFive.version).toBe(agendaOfFour.version + 1);
  });
});
