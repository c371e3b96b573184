import { afterEach, describe, expect, it } from 'vitest';
import { at, MONDAY, partner, post, refused, solution, World } from './away.js';

const TO = 'p-ada@x.example';
const CONTACT = 'contact@x.example';
const POLICY = '550 5.7.26 This mail is unauthenticated, which poses a security risk';

let world: World;
afterEach(() => world.stop());

/** A solution whose sender is refused for mails to its partner. */
const start = async (settings: object = { escalationEmail: CONTACT }): Promise<void> => {
  world = await World.start();
  await world.publish(solution('s', settings), ...partner('p', 's'), post('p', 'one'));
  world.replies.set(TO, POLICY);
  await world.publish(refused('p-fb', MONDAY));
  await world.moveTo('2026-03-02T09:00:01.000Z');
};

const received = (address: string): number => world.smtp.received.filter((to) => to === address).length;

describe('A solution whose sender is refused', () => {
  it('alerts its escalation contact once, before the mails that wait', async () => {
    await start();
    await world.moveTo('2026-03-02T12:00:00.000Z');
    await world.moveTo('2026-03-03T20:00:00.000Z');
    expect(received(CONTACT)).toBe(1);
    expect(received(TO)).toBe(0);
    const body = world.smtp.bodies[0]?.replaceAll('=\r\n', '') ?? '';
    for (const part of ['no-reply@acme.example', 'unauthenticated']) expect(body).toContain(part);
    const alerts = (await world.history()).filter(({ escalation }) => escalation);
    expect(alerts.map(({ outcome, recipientAddress }) => [outcome, recipientAddress])).toEqual([
      ['accepted', CONTACT],
    ]);
    const path = `/v1/notifications/${alerts[0]?.notificationId}/why`;
    const { body: why } = await world.herald.get<{ sentence: string }>(path);
    expect(why.sentence).toContain('as the escalation contact (its sender is refused)');
  });

  it('is alerted although the mail that showed it is no longer due', async () => {
    await start();
    const renewed = { accountId: 'p-fb' };
    await world.publish(at('2026-03-02T09:00:02.000Z', 'social-account.authorisation-renewed', renewed));
    await world.moveTo('2026-03-02T12:00:00.000Z');
    expect(received(CONTACT)).toBe(1);
    const [mail] = await world.history('recipient=p-ada&rule=account-expired');
    expect(mail?.outcome).toBe('superseded');
  });

  it('sends what waited once the sender is accepted', async () => {
    await start();
    await world.moveTo('2026-03-02T12:00:00.000Z');
    world.replies.clear();
    await world.moveTo('2026-03-02T15:00:00.000Z');
    expect(received(TO)).toBe(1);
  });

  it('alerts nobody where it has no escalation contact', async () => {
    await start({});
    await world.moveTo('2026-03-02T12:00:00.000Z');
    expect((await world.history()).filter(({ escalation }) => escalation)).toEqual([]);
    expect(world.smtp.received).toEqual([]);
  });
});
