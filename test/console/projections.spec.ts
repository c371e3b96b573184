import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ParkedPage } from '../../src/application/read-models/administration/list-parked.js';
import { agenda } from '../../src/application/read-models/agenda/agenda.js';
import { PROJECTIONS } from '../../src/application/read-models/all.js';
import { anEvent } from '../http/events.js';
import { type KeyClient, startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { sessionOf } from './visitor.js';
import { withoutJavaScript } from './without-javascript.js';

let herald: TestHerald;
let browser: ReturnType<typeof withoutJavaScript>;
beforeAll(async () => {
  herald = await startTestHerald();
  browser = withoutJavaScript(herald);
  await herald.publishAll(SMALL_WORLD);
  await herald.settled();
});
afterAll(() => herald.stop());
afterEach(() => vi.restoreAllMocks());

const PEOPLE = '/console/projections/people';

describe('the projections', () => {
  it('are listed with how each is', async () => {
    const { status, text, links } = await browser.open('/console/projections');
    expect(status).toBe(200);
    for (const { name } of PROJECTIONS) expect(links).toContain(`/console/projections/${name}`);
    expect(text).toContain('Up to date');
  });

  it('without a rebuild have nothing to compare, and the page says so', async () => {
    expect((await browser.open(`${PEOPLE}/difference`)).text).toContain(
      'There is no rebuild to compare with',
    );
    expect((await browser.submit(`${PEOPLE}/pause`)).html).toContain('<code>replay-not-in-state</code>');
  });

  it('that do not exist are not found', async () => {
    for (const path of ['/console/projections/nothing', '/console/projections/nothing/rebuild'])
      expect((await browser.open(path)).status).toBe(404);
  });

  it('are not rebuilt from another site, nor by a request that does not say where it comes from', async () => {
    expect((await browser.submit(`${PEOPLE}/rebuild`, {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(
      403,
    );
    expect((await browser.submit(`${PEOPLE}/rebuild`, {}, {})).status).toBe(403);
    const { body } = await herald.get<{ build?: object }>('/v1/projections/people');
    expect(body.build).toBeUndefined();
  });
});

describe('a parked document', () => {
  const park = async () => {
    const { evolve } = agenda;
    vi.spyOn(agenda, 'evolve').mockImplementation((document, event, id, read) => {
      if (id === 'account:odd') throw new Error('A bug that <b>one</b> account meets.');
      return evolve(document, event, id, read);
    });
    await herald.publish(
      anEvent('odd', 'social-account.connected', {
        ...{ accountId: 'odd', partnerId: 'nordlicht', network: 'x', kind: 'company' },
        ...{ displayName: 'Odd', authorisationExpiresAt: '2026-12-01T00:00:00Z' },
      }),
    );
    await herald.settled();
  };
  const PARKED = `/console/projections/agenda/parked/${encodeURIComponent('account:odd')}`;

  it('is listed with its event, the reason and the time, and skipped with a reason', async () => {
    await park();
    const { html, text, forms } = await browser.open('/console/projections/agenda');
    expect(text).toContain('SocialAccountConnected');
    expect(html).toContain('A bug that &lt;b&gt;one&lt;/b&gt; account meets.');
    expect(forms).toEqual(expect.arrayContaining([`${PARKED}/retry`, `${PARKED}/skip`]));
    expect((await browser.submit(`${PARKED}/retry`)).location).toContain('done=parked-still');
    expect((await browser.submit(`${PARKED}/skip`, { by: 'Mia' })).text).toContain('reason: Required');
    const skipped = await browser.submit(`${PARKED}/skip`, { reason: 'An account of a test.', by: 'Mia' });
    expect(skipped.location).toBe('/console/projections/agenda?done=parked-folded');
    expect((await herald.get<ParkedPage>('/v1/parked')).body.items).toEqual([]);
    const list = await browser.open('/console/projections/skipped');
    expect(list.text).toContain('An account of a test.');
    expect(list.text).toContain('Mia');
  });
});

describe('with keys', () => {
  let keys: Readonly<Record<'admin' | 'auditor' | 'bound', KeyClient>>;
  beforeAll(async () => {
    keys = await herald.withKeys({
      auditor: { role: 'auditor' },
      bound: { role: 'admin', solutions: ['acme'] },
    });
  });

  it('an auditor sees everything, is offered no act, and can do none', async () => {
    const auditor = withoutJavaScript(herald, keys.auditor.key);
    const page = await auditor.open(PEOPLE);
    expect(page.status).toBe(200);
    expect(page.forms).toEqual([]);
    expect(page.links).not.toContain(`${PEOPLE}/rebuild`);
    expect((await auditor.open(`${PEOPLE}/rebuild`)).status).toBe(403);
    expect((await auditor.submit(`${PEOPLE}/rebuild`)).status).toBe(403);
  });

  it('a session opens the stream of the page, not that of the API', async () => {
    const cookie = await sessionOf(herald, keys.auditor.key);
    const open = async (path: string) => {
      const { status, headers, body } = await fetch(`${herald.url}${path}`, { headers: { cookie } });
      await body?.cancel();
      return `${status} ${headers.get('content-type')}`;
    };
    expect(await open(`${PEOPLE}/progress`)).toMatch(/^200 text\/event-stream/);
    expect(await open('/v1/projections/people/progress')).toMatch(/^401 /);
  });

  it('who is bound to solutions sees no projection', async () => {
    const bound = withoutJavaScript(herald, keys.bound.key);
    for (const path of ['/console/projections', PEOPLE, `${PEOPLE}/difference`, `${PEOPLE}/progress`])
      expect((await bound.open(path)).status).toBe(403);
  });

  it('who compares is on record, because the samples show documents', async () => {
    await withoutJavaScript(herald, keys.admin.key).open(`${PEOPLE}/difference`);
    await herald.settled();
    const { body } = await keys.admin.get<{ items: readonly { action: string; asked: object }[] }>(
      '/v1/access-log',
    );
    expect(body.items[0]).toMatchObject({
      action: 'GET /console/projections/:name/difference',
      asked: { name: 'people' },
    });
  });
});
