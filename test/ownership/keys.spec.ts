import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, INBOX } from '../../src/domain/access/principal.js';
import { aPost } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { publishAs, publisher } from './publishers.js';

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
});
afterAll(() => herald.stop());

const recorded = async (sourceId: string) =>
  (await herald.events()).filter(({ metadata }) => metadata.sourceId === sourceId);

describe('The idempotency keys of a publisher', () => {
  const first = publisher('first', 'all');
  const second = publisher('second', 'all');

  it('are its own: nobody else can use them up', async () => {
    expect(await publishAs(herald, first, aPost('squatted', { title: 'Junk' }))).toEqual(['accepted']);
    expect(await publishAs(herald, second, aPost('squatted'))).toEqual(['accepted']);
    expect(await publishAs(herald, ANONYMOUS, aPost('squatted', { title: 'Open' }))).toEqual(['accepted']);
    expect((await recorded('squatted')).map(({ metadata }) => metadata.actor)).toEqual([
      ...['key:first', 'key:second', 'platform'],
    ]);
  });

  it('belong to one content each', async () => {
    expect(await publishAs(herald, first, aPost('mine'), aPost('mine'))).toEqual(['accepted', 'duplicate']);
    expect(await publishAs(herald, first, aPost('mine'))).toEqual(['duplicate']);
    expect(await publishAs(herald, first, aPost('mine', { title: 'Changed' }))).toEqual([
      'idempotency-conflict',
    ]);
    expect(await recorded('mine')).toHaveLength(1);
  });

  it('of the inbox stream are those of the time before there were principals', async () => {
    expect(await publishAs(herald, ANONYMOUS, aPost('from-before'))).toEqual(['accepted']);
    expect(await publishAs(herald, INBOX, aPost('from-before'))).toEqual(['duplicate']);
  });
});

describe('A publisher that is bound to sources', () => {
  const bound = publisher('bound', 'all', { sources: ['https://a.example', 'urn:aurora'] });
  const from = (source: string, id: string) => ({ ...aPost(id), source });

  it('publishes for these, and for what lies within them', async () => {
    const sources = ['https://a.example', 'https://a.example/posts', 'urn:aurora', 'urn:aurora:posts'];
    const events = sources.map((source, n) => from(source, `own-${n}`));
    expect(await publishAs(herald, bound, ...events)).toEqual(sources.map(() => 'accepted'));
  });

  it('is refused for every other source, and nothing of it is recorded', async () => {
    const sources = [
      ...['https://a.example.evil', 'https://a.example:x@b.example', 'https://b.example', '/'],
      ...['urn:auroral', 'HTTPS://A.EXAMPLE', 'https://a.exampl'],
    ];
    const events = sources.map((source, n) => from(source, `foreign-${n}`));
    expect(await publishAs(herald, bound, ...events)).toEqual(sources.map(() => 'source-not-yours'));
    for (const { id } of events) expect(await recorded(id)).toEqual([]);
  });
});
