import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { AURORA, liveThroughTwoWeeks, publishAndSettle, told } from '../tenancy/two-suppliers.js';
import { browserOf, linksOf } from './opened.js';

let herald: TestHerald;
let admin: ReturnType<typeof browserOf>;
let aurora: ReturnType<typeof browserOf>;

beforeAll(async () => {
  herald = await startTestHerald();
  await liveThroughTwoWeeks(herald);
  const chosen = { userId: 'aurora-ben', partnerId: 'aurora-1', accountExpiration: 'off' };
  await publishAndSettle(herald, told('partner-user.preferences-changed', chosen, '2026-03-16T10:00:00Z'));
  const keys = await herald.withKeys({ aurora: { role: 'auditor', solutions: [AURORA] } });
  admin = browserOf(herald.url, keys.admin.key);
  aurora = browserOf(herald.url, keys.aurora.key);
});
afterAll(() => herald.stop());

const ask = (query: Readonly<Record<string, string>>) => `/console/why-not?${new URLSearchParams(query)}`;

describe('why not?', () => {
  it('asks for a person and a notification', async () => {
    const page = await admin.open('/console/why-not');
    expect(page.status).toBe(200);
    expect(page.text).toContain('Say who was not notified of what.');
    expect(page.html).toContain('name="at" type="datetime-local"');
    expect((await admin.open(ask({ person: 'ada' }))).text).toContain('Say who was not notified of what.');
  });

  it('answers with every condition, the one that failed first, and what would have to change', async () => {
    const page = await admin.open(
      ask({ person: 'aurora-ben', rule: 'settings-update-required', account: 'aurora-page' }),
    );
    expect(page.status).toBe(200);
    expect(page.text).toContain(
      'They opted out of Social Accounts Expiration under Settings > Notifications.',
    );
    expect(page.text).toContain(
      'They would have to switch Social Accounts Expiration on, under Settings > Notifications.',
    );
    expect(page.html.match(/>failed first</g)).toHaveLength(1);
    expect(page.html.indexOf('>failed first<')).toBeGreaterThan(page.html.indexOf('data-holds="false"'));
    expect(linksOf(page, 'Account aurora-page')).toEqual(['/console/accounts/aurora-page']);
    expect(linksOf(page, 'The last decision about them')[0]).toMatch(/^\/console\/notifications\//);
  });

  it('answers as of a moment, as a browser sends it, in UTC', async () => {
    const question = { person: 'aurora-ben', rule: 'settings-update-required', account: 'aurora-page' };
    const before = await admin.open(ask({ ...question, at: '2026-03-16T09:59' }));
    expect(before.text).toContain('as of Mon 16 Mar 2026, 09:59 UTC');
    expect(before.text).not.toContain('They opted out');
    expect(before.html).toContain('type="datetime-local" step="any" value="2026-03-16T09:59"');
    const exact = await admin.open(ask({ ...question, at: '2026-03-16T09:59:00.000Z' }));
    expect(exact.text).toContain('as of Mon 16 Mar 2026, 09:59 UTC');
    const later = await admin.open(ask({ ...question, at: '2026-04-16T09:59' }));
    expect(later.status).toBe(400);
    expect(later.text).toContain('That moment has not come yet');
  });

  it('lists those who can be meant, with the question about each', async () => {
    const page = await admin.open(ask({ person: 'ada', rule: 'account-expired' }));
    expect(page.status).toBe(400);
    expect(page.text).toContain('ada is more than one person.');
    const [link = ''] = linksOf(page, 'ada of zephyr-1');
    expect(link).toBe('/console/why-not?person=ada&rule=account-expired&partner=zephyr-1');
    expect((await admin.open(link)).status).toBe(200);
    const byAddress = await admin.open(ask({ person: 'ada@shared.example', rule: 'account-expired' }));
    expect(linksOf(byAddress, 'ada of aurora-1')).toHaveLength(1);
  });

  it('knows nobody of other solutions', async () => {
    const rule = 'content-needs-approval';
    const unknown = await aurora.open(ask({ person: 'zephyr-ben', rule }));
    expect(unknown.status).toBe(404);
    expect(unknown.text).toContain('Herald does not know zephyr-ben.');
    expect(unknown.html).not.toContain('zephyr-1');
    const own = await aurora.open(ask({ person: 'ada', rule }));
    expect(own.status).toBe(200);
    expect(own.html).not.toContain('zephyr');
  });
});
