import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BegunMails } from '../../src/application/delivery/begun-mails.js';
import { SendingHold } from '../../src/application/delivery/sending-hold.js';
import { EventsCommitted } from '../../src/application/events/events-committed.js';
import { happened } from '../contract/events.js';
import { anEvent, aPost } from '../http/events.js';
import { type KeyClient, startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { until } from '../until.js';
import { withoutJavaScript } from './without-javascript.js';

let herald: TestHerald;
let browser: ReturnType<typeof withoutJavaScript>;
beforeAll(async () => {
  herald = await startTestHerald();
  browser = withoutJavaScript(herald);
  await herald.publishAll([
    ...SMALL_WORLD,
    aPost('stranger', { postId: 'stranger', partnerId: 'nobody<i>' }),
    anEvent('later', 'partner-user.preferences-changed', {
      ...{ userId: 'ghost', partnerId: 'nordlicht', accountExpiration: 'off' },
    }),
  ]);
  await herald.settled();
});
afterAll(() => herald.stop());

/** A mail was started, of which the log knows nothing. */
const started = { ...happened({}, 'SendStarted'), revision: 1, position: '' };

const held = () => herald.herald.app.get(SendingHold).isHeld;

describe('the page of operations', () => {
  it('says how each part is, who works, and what is held', async () => {
    const { status, text } = await browser.open('/console/operations');
    expect(status).toBe(200);
    for (const said of ['Event store OK', 'Mails are sent when they are due.', 'Herald trusts it.'])
      expect(text).toContain(said);
    expect(text).toContain('Relay for email');
    expect(text).toContain('Decisions');
    expect(text).toMatch(/projection:history Here/);
  });

  it('holds sending with a reason, says so, and releases it', async () => {
    expect((await browser.open('/console/operations')).links).toContain('/console/operations/sending/hold');
    expect((await browser.open('/console/operations/sending/hold')).text).toContain('No mail is sent until');
    expect((await browser.submit('/console/operations/sending/hold')).text).toContain('reason: Required');
    expect(held()).toBe(false);
    const answer = await browser.submit('/console/operations/sending/hold', { reason: 'Moving <servers>' });
    expect([answer.status, answer.location]).toEqual([303, '/console/operations?done=sending-held']);
    expect(held()).toBe(true);
    const page = await browser.open('/console/operations');
    expect(page.text).toContain('Somebody holds it: Moving &lt;servers&gt;');
    expect(page.links).toContain('/console/operations/sending/release');
    await browser.submit('/console/operations/sending/release', { reason: 'Moved' });
    expect(held()).toBe(false);
  });

  it('names the mails that may go twice after a restore, and sends again those that are ticked', async () => {
    const ids = ['0191e0a0-0000-4000-8000-000000000001', '0191e0a0-0000-4000-8000-000000000002'];
    const begun = herald.herald.app.get(BegunMails);
    begun.handle(
      new EventsCommitted(
        ids.map((id, n) => ({ ...started, stream: `notification-${id}`, position: `99999999999999${n}` })),
      ),
    );
    const page = await until(
      () => browser.open('/console/operations/sending/release'),
      ({ text }) => ids.every((id) => text.includes(id)),
    );
    expect(page.links).toContain('/console/operations');
    const operations = await browser.open('/console/operations');
    expect(operations.text).toContain('restored from a backup');
    expect(operations.links).toContain('/console/operations/sending/keep');
    const none = await browser.submit('/console/operations/sending/release', {
      reason: 'x',
      again: 'chosen',
    });
    expect(none.html).toContain('Tick the mails');
    expect(held()).toBe(true);
    const [again = '', never = ''] = ids;
    const fields = { reason: 'Only the first.', again: 'chosen', mail: again };
    expect((await browser.submit('/console/operations/sending/release', fields)).status).toBe(303);
    expect([held(), [...(await begun.kept())]]).toEqual([false, [never]]);
  });

  it('lists what events name although it was never registered', async () => {
    const { text, html } = await browser.open('/console/operations/dangling');
    expect(text).toContain('User ghost');
    expect(html).toContain('href="/console/partners/nordlicht"');
  });

  it('shows the settings with what each is, and no secret', async () => {
    const { text } = await browser.open('/console/operations/settings');
    expect(text).toContain('HERALD_EVENT_STORE');
    expect(text).toContain('HERALD_CLOCK');
  });
});

describe('with keys', () => {
  let keys: Readonly<Record<'admin' | 'auditor' | 'bound', KeyClient>>;
  beforeAll(async () => {
    keys = await herald.withKeys({
      auditor: { role: 'auditor' },
      bound: { role: 'auditor', solutions: ['zephyr'] },
    });
  });

  it('an auditor is offered no act, and can do none', async () => {
    const auditor = withoutJavaScript(herald, keys.auditor.key);
    const page = await auditor.open('/console/operations');
    expect([page.status, page.forms]).toEqual([200, []]);
    expect(page.links).not.toContain('/console/operations/sending/hold');
    expect((await auditor.submit('/console/operations/sending/hold', { reason: 'x' })).status).toBe(403);
    expect(held()).toBe(false);
  });

  it('who is bound to solutions sees what dangles in these, and nothing of the instance', async () => {
    const bound = withoutJavaScript(herald, keys.bound.key);
    for (const path of ['/console/operations', '/console/operations/settings'])
      expect((await bound.open(path)).status).toBe(403);
    const { status, text } = await bound.open('/console/operations/dangling');
    expect(status).toBe(200);
    expect(text).toContain('Nothing dangles');
    expect(text).not.toContain('ghost');
  });
});
