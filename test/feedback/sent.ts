import { expect } from 'vitest';
import type { StoredEvent } from '../../src/application/ports/event-store.js';
import type { HistoryEntry } from '../../src/application/read-models/history/history.js';
import type { PersonDocument } from '../../src/application/read-models/people/people.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';

/** Monday, 09:00 in UTC. */
export const START = '2026-03-02T09:00:00.000Z';

interface Page<T> {
  readonly items: readonly T[];
}

let ids = 0;

/** An instance with one partner in UTC whose admins were sent a digest: `admins` of them, each with a mail of their own. */
export const heraldWithSentMails = async (
  admins: readonly string[],
  settings: Readonly<Record<string, string>> = {},
) => {
  const herald = await startTestHerald({ HERALD_CLOCK_START: '2026-03-01T12:00:00.000Z', ...settings });
  const publish = async (type: string, time: string, data: object) => {
    ids += 1;
    const event = {
      specversion: '1.0',
      id: `f${ids}`,
      source: '/test',
      type: `herald.${type}.v1`,
      time,
      data,
    };
    expect((await herald.publish(event)).status).toBe(202);
  };
  const before = '2026-03-01T10:00:00Z';
  await publish('solution.configured', before, {
    ...{ solutionId: 'aurora', name: 'Aurora', entitled: true, timeZone: 'UTC', locale: 'en' },
    ...{ baseUrl: 'https://portal.aurora.example', escalationEmail: 'success@aurora.example' },
    sender: { name: 'Aurora', address: 'no-reply@aurora.example' },
  });
  await publish('partner.registered', before, {
    ...{ partnerId: 'linden', solutionId: 'aurora', name: 'Linden', timeZone: 'UTC' },
  });
  for (const userId of admins)
    await publish('partner-user.added', before, {
      ...{ userId, partnerId: 'linden', name: userId, email: `${userId}@linden.example`, role: 'admin' },
    });
  await post(publish, 'p1', before);
  expect((await herald.moveTo(START)).status).toBe(200);
  await herald.settled();
  return { ...herald, publish, ...questions(herald) };
};

export type SentHerald = Awaited<ReturnType<typeof heraldWithSentMails>>;

type Publish = (type: string, time: string, data: object) => Promise<void>;

/** Another post waits for approval. */
export const post = (publish: Publish, postId: string, time: string) =>
  publish('post.awaiting-approval', time, {
    ...{ postId, partnerId: 'linden', streamId: 's', streamName: 'Spring', title: postId, network: 'x' },
    publishAt: '2027-01-01T00:00:00Z',
  });

const questions = (herald: TestHerald) => {
  const mailsTo = async (userId: string): Promise<readonly HistoryEntry[]> =>
    (await herald.get<Page<HistoryEntry>>(`/v1/notifications?recipient=${userId}&order=oldest`)).body.items;
  return {
    /** The decisions about a person, oldest first. */
    mailsTo,
    /** The id of the first notification of a person. */
    sentTo: async (userId: string): Promise<string> => (await mailsTo(userId))[0]?.notificationId ?? '',
    outcomes: async (userId: string): Promise<readonly string[]> =>
      (await mailsTo(userId)).map(({ outcome, reason }) => (reason ? `${outcome}: ${reason}` : outcome)),
    person: async (userId: string): Promise<PersonDocument | undefined> =>
      (await herald.get<Page<PersonDocument>>(`/v1/people?person=${userId}`)).body.items[0],
    /** What is recorded of feedback and addresses, in short. */
    recorded: async (): Promise<readonly string[]> =>
      (await herald.events()).filter(isFeedback).map(({ type, data }) => shortly(type, data)),
  };
};

const isFeedback = ({ type }: StoredEvent): boolean =>
  ['Delivered', 'Bounced', 'Complained', 'AddressUndeliverable'].includes(type);

const shortly = (type: string, data: Readonly<Record<string, unknown>>): string => {
  if (type === 'Bounced') return `Bounced ${data.hard ? 'hard' : 'soft'}`;
  return type === 'AddressUndeliverable' ? `AddressUndeliverable ${data.address}` : type;
};
