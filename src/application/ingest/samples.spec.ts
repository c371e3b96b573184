import { describe, expect, it } from 'vitest';
import { sampleFileOf, sampleFiles, sampleOf, samples, story } from '../../../test/samples.js';
import { parseCloudEvent } from './cloud-event.js';
import { fromHttp } from './http-modes.js';
import { type InboundType, inboundTypes } from './inbound-types.js';

describe('samples/events', () => {
  it('has one file for every type, and no other', () => {
    expect(sampleFiles).toEqual(inboundTypes.map(sampleFileOf).sort());
  });

  it.each(samples)('%s satisfies the contract', (type, sample) => {
    expect(parseCloudEvent(sample)).toMatchObject({ id: sample.id, source: sample.source, type });
  });

  it.each(inboundTypes)('%s says who or what it is about', (type) => {
    expect(Object.keys(sampleOf(type).data)[0]).toMatch(/Id$/);
  });
});

describe('samples/eight-weeks.json', () => {
  const events = story.map(parseCloudEvent);
  const dataOf = (type: InboundType) => story.filter((event) => event.type === type).map(({ data }) => data);

  it('is one batch that satisfies the contract', () => {
    expect(fromHttp({ 'content-type': 'application/json' }, JSON.stringify(story)).mode).toBe('batch');
    expect(events).toHaveLength(story.length);
  });

  it('is sorted by time, within its eight weeks', () => {
    const times = events.map(({ time }) => time);
    expect(times).toEqual(times.toSorted());
    expect(times[0]).toBe('2026-01-05T06:00:00.000Z');
    expect(times.at(-1)?.localeCompare('2026-03-02T06:00:00.000Z')).toBe(-1);
  });

  it('gives every event an id of its own', () => {
    expect(new Set(events.map(({ source, id }) => `${source} ${id}`)).size).toBe(events.length);
  });

  it('shows every type', () => {
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(inboundTypes));
  });

  it('has the cast of its README', () => {
    expect(dataOf('herald.solution.configured.v1')).toHaveLength(2);
    expect(dataOf('herald.partner.registered.v1')).toHaveLength(4);
    expect(dataOf('herald.partner-user.added.v1')).toHaveLength(12);
  });

  it.each([
    ['partnerId', 'herald.partner.registered.v1'],
    ['userId', 'herald.partner-user.added.v1'],
    ['accountId', 'herald.social-account.connected.v1'],
    ['postId', 'herald.post.awaiting-approval.v1'],
  ] as const)('never names a %s that was not introduced', (id, introducedBy) => {
    const introduced = new Set<unknown>();
    for (const { type, data } of story) {
      if (type === introducedBy) introduced.add(data[id]);
      else if (id in data) expect(introduced).toContain(data[id]);
    }
  });

  it('uses example addresses only', () => {
    const hosts = [...JSON.stringify(story).matchAll(/(?:https?:\/\/|@)([\w-]+\.[\w.-]+)/g)].map(
      ([, host]) => host,
    );
    expect(hosts.filter((host) => !host?.endsWith('.example') && host !== 'sakuraspa.tokyo')).toEqual([]);
  });
});
