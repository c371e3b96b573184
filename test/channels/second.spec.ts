import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { NotificationDetails } from '../../src/application/audit/history/get-notification.js';
import type { Why } from '../../src/application/audit/why/get-why.js';
import { Channels } from '../../src/application/channels/channels.js';
import type { HistoryEntry } from '../../src/application/read-models/history/history.js';
import { CHANNEL_ADAPTERS } from '../../src/infrastructure/channel-adapters.js';
import { EmailChannel } from '../../src/infrastructure/mail/email-channel.js';
import { anEvent } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { until } from '../until.js';
import { chatServer, said } from './chat.js';

// What somebody who adds a channel does in two files: a line in the registry, and a line among the adapters.
vi.mock('../../src/domain/channels/registry.js', async (original) => {
  const registry = await original<typeof import('../../src/domain/channels/registry.js')>();
  const { chat } = await import('./chat.js');
  return { ...registry, CHANNELS: [...registry.CHANNELS, chat] };
});
vi.mock('../../src/infrastructure/channel-adapters.js', async (original) => {
  const adapters = await original<typeof import('../../src/infrastructure/channel-adapters.js')>();
  const { ChatChannel } = await import('./chat.js');
  return { CHANNEL_ADAPTERS: [...adapters.CHANNEL_ADAPTERS, ChatChannel] };
});

const RULE = 'account-expired';
const ENDS = '2026-03-02T10:00:00.000Z';

const connected = (accountId: string) =>
  anEvent(`connected-${accountId}`, 'social-account.connected', {
    ...{ accountId, partnerId: 'nordlicht', network: 'linkedin', kind: 'company' },
    ...{ displayName: 'Nordlicht News', authorisationExpiresAt: ENDS },
  });

interface Page {
  readonly items: readonly HistoryEntry[];
}

describe('A second channel, added to the registry and to the adapters:', () => {
  let herald: TestHerald;
  let history: readonly HistoryEntry[];

  const entries = async (query: string) => (await herald.get<Page>(`/v1/notifications?${query}`)).body.items;
  const onChat = () => history.find(({ channel }) => channel === 'chat') as HistoryEntry;

  beforeAll(async () => {
    herald = await startTestHerald();
    await herald.publishAll([...SMALL_WORLD, connected('news')]);
    await herald.moveTo(ENDS);
    await herald.settled();
    history = await entries(`rule=${RULE}`);
  });
  afterAll(() => herald.stop());

  it('whom it reaches is notified on both, everybody else by e-mail', () => {
    expect(history.map(({ recipientId, channel }) => `${recipientId} ${channel}`).sort()).toEqual([
      ...['ada chat', 'ada email', 'ben email'],
    ]);
  });

  it('its notification has an id of its own, and the others keep theirs', async () => {
    expect(new Set(history.map(({ notificationId }) => notificationId)).size).toBe(3);
    const { notificationIdOf } = await import('../../src/application/aggregates/ids.js');
    const { details: decision } = await details(onChat());
    const idOn = (channel: string) =>
      notificationIdOf(
        decision.rule,
        decision.subject,
        { userId: 'ada', address: { channel, value: '' } },
        decision.slot.key,
      );
    for (const channel of ['chat', 'email'])
      expect(history.find((one) => one.recipientId === 'ada' && one.channel === channel)).toMatchObject({
        notificationId: idOn(channel),
      });
  });

  const details = async ({ notificationId }: HistoryEntry) =>
    (await herald.get<NotificationDetails>(`/v1/notifications/${notificationId}`)).body;

  it('its adapter delivers it, with what was frozen', async () => {
    expect(said).toMatchObject([
      {
        ...{ notificationId: onChat().notificationId, attempt: 1, to: { name: 'ada', address: '@ada' } },
        parts: { text: 'ada: account-expired (Nordlicht News)' },
      },
    ]);
    expect((await details(onChat())).content).toMatchObject({ channel: 'chat', parts: said[0]?.parts });
  });

  it('history shows its channel and address, and can be searched by them', async () => {
    expect(onChat()).toMatchObject({
      ...{ channel: 'chat', recipientAddress: '@ada', outcome: 'accepted', detail: 'posted' },
    });
    expect(onChat()).not.toHaveProperty('recipientEmail');
    expect(await entries('channel=chat')).toEqual([onChat()]);
    expect(await entries('recipient=@ada')).toEqual([onChat()]);
    expect(await entries('channel=email')).toHaveLength(2);
    expect((await herald.get('/v1/notifications?channel=pigeon')).status).toBe(400);
  });

  it('why, which runs the rule again', async () => {
    const { body } = await herald.get<Why>(`/v1/notifications/${onChat().notificationId}/why`);
    expect(body.recomputed.agrees).toBe(true);
    expect(body.sentence).toContain('ada <@ada> was notified');
  });

  it('it has no mail, and the answer says where its content is', async () => {
    const { notificationId } = onChat();
    expect(await details(onChat())).not.toHaveProperty('mail');
    const page = await herald.get<{ detail: string }>(`/v1/notifications/${notificationId}/mail`);
    expect(page).toMatchObject({ status: 404, body: { detail: expect.stringContaining('chat') } });
  });

  it('the OpenAPI document names it', async () => {
    const { body } = await herald.get<{ paths: Record<string, { get: { parameters: unknown[] } }> }>(
      '/docs-json',
    );
    expect(body.paths['/v1/notifications']?.get.parameters).toContainEqual(
      expect.objectContaining({
        name: 'channel',
        schema: expect.objectContaining({ enum: ['email', 'chat'] }),
      }),
    );
  });

  it('while its server hangs, mails go out', async () => {
    let release = (): void => undefined;
    const hangs = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { answer } = chatServer;
    chatServer.answer = async (message) => {
      await hangs;
      return answer(message);
    };
    await herald.publish(connected('blog'));
    const outcomes = async () =>
      (await entries('account=blog')).map(({ channel, outcome }) => `${channel} ${outcome}`).sort();
    const bothMails = (all: readonly string[]) => all.filter((one) => one === 'email accepted').length === 2;
    expect(await until(outcomes, bothMails)).toContain('chat sending');
    release();
    await until(outcomes, (all) => all.includes('chat accepted'));
  });

  it('without its adapter Herald does not start', async () => {
    expect(CHANNEL_ADAPTERS).toHaveLength(2);
    const email = herald.herald.app.get(EmailChannel);
    expect(() => new Channels([email])).toThrow(expect.objectContaining({ code: 'channel-unknown' }));
  });
});
