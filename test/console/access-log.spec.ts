import { afterAll, beforeAll, expect, it } from 'vitest';
import { type KeyClient, startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { AURORA, liveThroughTwoWeeks } from '../tenancy/two-suppliers.js';
import { withoutJavaScript } from './without-javascript.js';

let herald: TestHerald;
let keys: Readonly<Record<'admin' | 'auditor' | 'bound', KeyClient>>;
beforeAll(async () => {
  herald = await startTestHerald();
  await herald.publishAll(SMALL_WORLD);
  keys = await herald.withKeys({
    auditor: { role: 'auditor' },
    bound: { role: 'admin', solutions: ['zephyr'] },
  });
  const headers = { 'herald-purpose': 'A question <of> Ada' };
  await keys.auditor.send('/v1/people?partner=nordlicht', { headers });
  await keys.auditor.get('/v1/notifications');
  await herald.settled();
});
afterAll(() => herald.stop());

it('says who read or changed what, and what for', async () => {
  const { status, text } = await withoutJavaScript(herald, keys.admin.key).open('/console/access-log');
  expect(status).toBe(200);
  expect(text).toContain('GET /v1/people');
  expect(text).toContain('partner: nordlicht');
  expect(text).toContain('A question &lt;of&gt; Ada');
  expect(text).toContain('POST /v1/keys');
});

it('is filtered by links that keep all filters, and paged', async () => {
  const admin = withoutJavaScript(herald, keys.admin.key);
  const mine = `/console/access-log?principal=${encodeURIComponent(`key:${keys.auditor.id}`)}`;
  expect((await admin.open('/console/access-log')).links).toContain(mine);
  const { text, links } = await admin.open(`${mine}&limit=1`);
  expect(text).toContain('GET /v1/notifications');
  expect(text).not.toContain('/v1/people');
  const next = links.find((link) => link.includes('after=')) ?? '';
  expect(next).toContain('principal=key');
  expect((await admin.open(next)).text).toContain('GET /v1/people');
  const none = await admin.open('/console/access-log?to=2026-01-01T00:00:00Z');
  expect(none.text).toContain('Nothing matches.');
});

it('shows who is bound to solutions nothing of others, and an auditor nothing at all', async () => {
  const bound = await withoutJavaScript(herald, keys.bound.key).open('/console/access-log');
  expect(bound.status).toBe(200);
  expect(bound.text).not.toContain('nordlicht');
  expect((await withoutJavaScript(herald, keys.auditor.key).open('/console/access-log')).status).toBe(403);
});

it('names the solution of the thing that a page, or a read of the API, is about', async () => {
  const suppliers = await startTestHerald();
  try {
    await liveThroughTwoWeeks(suppliers);
    const { auditor, admin } = await suppliers.withKeys({ auditor: { role: 'auditor' } });
    const listed = await auditor.get<{ items: readonly { notificationId: string }[] }>(
      '/v1/notifications?account=aurora-page',
    );
    const id = listed.body.items[0]?.notificationId ?? '';
    const browser = withoutJavaScript(suppliers, auditor.key);
    const pages = ['partners/aurora-1', 'solutions/aurora', 'accounts/aurora-page', `notifications/${id}`];
    for (const page of pages) expect((await browser.open(`/console/${page}`)).status).toBe(200);
    expect((await auditor.get(`/v1/notifications/${id}`)).status).toBe(200);
    await suppliers.settled();
    const { body } = await admin.get<{ items: readonly { action: string; solutions: readonly string[] }[] }>(
      `/v1/access-log?principal=${encodeURIComponent(`key:${auditor.id}`)}`,
    );
    expect(body.items.map(({ action, solutions }) => [action, solutions])).toEqual([
      ['GET /v1/notifications/:id', [AURORA]],
      ['GET /console/notifications/:id', [AURORA]],
      ['GET /console/accounts/:id', [AURORA]],
      ['GET /console/solutions/:id', [AURORA]],
      ['GET /console/partners/:id', [AURORA]],
      ['GET /v1/notifications', [AURORA]],
    ]);
  } finally {
    await suppliers.stop();
  }
});
