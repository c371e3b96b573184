import { readFileSync } from 'node:fs';
import { DAY, plus } from '../domain/kernel/instant.js';
import type { Client } from './client.js';

interface StoryEvent {
  readonly time: string;
}

const FILE = new URL('../../samples/eight-weeks.json', import.meta.url);

/** The events of the story, ordered by time. */
export const story = JSON.parse(readFileSync(FILE, 'utf8')) as readonly StoryEvent[];

/** The start of the story, in UTC with milliseconds. */
export const START = plus((story[0] as StoryEvent).time, 0);

/** Eight weeks later, in the evening of the last Monday, when the mails of that morning have been sent in all zones. */
export const END = plus(START, 56 * DAY + DAY / 2);

/** Publishes every event at its time, and lets everything happen that falls due in between. */
export async function play(client: Client): Promise<void> {
  const byTime = new Map<string, StoryEvent[]>();
  for (const event of story) byTime.set(event.time, [...(byTime.get(event.time) ?? []), event]);
  for (const [time, events] of byTime) {
    await client.post('/v1/test-clock', 'application/json', { now: time });
    await client.post('/v1/events', 'application/cloudevents-batch+json', events);
  }
  await client.post('/v1/test-clock', 'application/json', { now: END });
}
