import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Workers } from '../../src/application/schedule/workers.js';
import { aPost } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { until } from '../until.js';
import { withoutJavaScript } from './without-javascript.js';

let herald: TestHerald;
let browser: ReturnType<typeof withoutJavaScript>;
const start = async (changes = {}) => {
  herald = await startTestHerald(changes);
  browser = withoutJavaScript(herald);
};
afterEach(() => {
  vi.restoreAllMocks();
  return herald.stop();
});

const now = async () => (await herald.get<{ now: string }>('/v1/test-clock')).body.now;

describe('the test clock', () => {
  beforeEach(() => start());

  it('says what would happen next, and moves to it by a button', async () => {
    await herald.publishAll([...SMALL_WORLD, aPost('post', { partnerId: 'nordlicht' })]);
    await herald.settled();
    const { text, html, links } = await browser.open('/console/test-clock');
    expect(text).toContain('Mon 2 Mar 2026, 09:00 UTC');
    expect(text).toContain('Mon 9 Mar 2026, 09:00 Europe/Berlin Decision: Content needs approval');
    expect(links).toContain('/console/partners/nordlicht');
    expect(html).toContain('value="2026-03-09T09:00:00.000Z"');
    const moved = await browser.submit('/console/test-clock/move', { now: '2026-03-09T09:00:00.000Z' });
    expect(moved.status).toBe(303);
    await until(now, (moment) => moment === '2026-03-09T09:00:00.000Z');
    await herald.settled();
    const { body } = await herald.get<{ items: readonly object[] }>('/v1/notifications?decision=raised');
    expect(body.items.length).toBe(2);
  });

  it('takes what a field for date and time sends, as UTC, and says why it refuses', async () => {
    await browser.submit('/console/test-clock/move', { now: '2026-03-03T10:30' });
    expect(await now()).toBe('2026-03-03T10:30:00.000Z');
    const back = await browser.submit('/console/test-clock/move', { now: '2026-03-01T10:30' });
    expect([back.status, back.html.includes('<code>clock-goes-back</code>')]).toEqual([409, true]);
    expect((await browser.submit('/console/test-clock/move', {})).status).toBe(400);
  });

  it('shows a long move while it lasts, and stops it', async () => {
    const { settle } = Workers.prototype;
    let isHeld = true;
    vi.spyOn(Workers.prototype, 'settle').mockImplementation(function (this: Workers) {
      return isHeld ? new Promise(() => undefined) : settle.call(this);
    });
    const answer = await browser.submit('/console/test-clock/move', { now: '2026-04-01T00:00' });
    expect(answer.location).toBe('/console/test-clock?done=test-clock-moving');
    for (const path of ['/console/test-clock', '/console/test-clock/now']) {
      const { text, forms, html } = await browser.open(path);
      expect(text).toContain('It is moving to Wed 1 Apr 2026, 00:00 UTC');
      expect(forms).toEqual(['/console/test-clock/stop']);
      expect(html).toContain('hx-get="/console/test-clock/now"');
    }
    isHeld = false;
    expect((await browser.submit('/console/test-clock/stop')).location).toContain('done=test-clock-stopped');
    expect((await browser.open('/console/test-clock/now')).text).toContain(
      'It stands still. Show what comes next',
    );
    expect(await now()).toBe('2026-03-02T09:00:00.000Z');
  });

  it('is moved by admins only', async () => {
    const { auditor } = await herald.withKeys({ auditor: { role: 'auditor' } });
    const page = await withoutJavaScript(herald, auditor.key).open('/console/test-clock');
    expect([page.status, page.forms]).toEqual([200, []]);
    const fields = { now: '2026-03-03T10:30' };
    expect(
      (await withoutJavaScript(herald, auditor.key).submit('/console/test-clock/move', fields)).status,
    ).toBe(403);
  });
});

it('has no page where there is none', async () => {
  await start({ HERALD_CLOCK: 'system', HERALD_CLOCK_START: undefined });
  expect((await browser.open('/console/test-clock')).status).toBe(404);
  expect((await browser.open('/console/history')).html).not.toContain('/console/test-clock');
});
