import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasChromium, startChromium } from '../browsers/chromium.js';
import { anEvent } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { type FaultySmtp, startFaultySmtp } from '../mail/faulty-smtp.js';

describe.skipIf(!hasChromium)('in a browser', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let herald: TestHerald;
  const errors: string[] = [];
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    errors.length = 0;
    context = await browser.newContext();
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
  });
  afterEach(async () => {
    await context.close();
    await herald.stop();
    expect(errors).toEqual([]);
  });

  const heading = () => page.getByRole('heading', { level: 1 });

  /** Ada and Ben get digests; Ben has switched his off. */
  const startAudited = async (): Promise<void> => {
    herald = await startTestHerald();
    await herald.publishAll([
      ...SMALL_WORLD,
      anEvent('off', 'partner-user.preferences-changed', {
        ...{ userId: 'ben', partnerId: 'nordlicht', contentApproval: 'off' },
      }),
      anEvent('post', 'post.awaiting-approval', {
        ...{ postId: 'post', partnerId: 'nordlicht', streamId: 'spring', streamName: 'Spring' },
        ...{ title: 'A first look', network: 'facebook', publishAt: '2026-03-20T09:00:00Z' },
      }),
    ]);
    await herald.moveTo('2026-03-09T10:00:00.000Z');
    await herald.settled();
  };

  it('an auditor finds why Ada was notified and Ben was not, by keyboard alone', async () => {
    await startAudited();
    await page.goto(herald.url);
    await page.keyboard.press('/');
    await page.keyboard.type('ada@nordlicht.example');
    await page.keyboard.press('Enter');
    await page.waitForURL(/history\?q=ada/);
    await heading().filter({ hasText: 'History' }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/console\/notifications\//);
    await page.getByText('Ada was notified', { exact: false }).or(page.locator('.lead')).first().waitFor();
    expect(await page.locator('.lead').innerText()).toMatch(/ada/i);
    expect(await page.locator('.checklist li').count()).toBeGreaterThan(2);
    const mail = page.frameLocator('iframe');
    expect(await mail.locator('body').innerText()).toContain('A first look');

    await page.keyboard.press('g');
    await page.keyboard.press('w');
    await page.waitForURL(/why-not/);
    await page.getByLabel('Person or address').fill('ben');
    await page.getByLabel('Notification', { exact: true }).selectOption('content-needs-approval');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Ask' }).press('Enter');
    await page.waitForURL(/person=ben/);
    const failed = page.locator('.checklist li[data-holds="false"]').first();
    expect(await failed.innerText()).toContain('would have to choose daily, weekly or monthly digests');
  });

  it('back and forward restore filters and the list', async () => {
    await startAudited();
    await page.goto(`${herald.url}/console/history`);
    const all = await page.locator('[data-rows] tr').count();
    await page.getByLabel('Recipient', { exact: true }).fill('nobody');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByText('Nothing matches').waitFor();
    expect(page.url()).toContain('recipient=nobody');
    await page.goBack();
    await page.locator('[data-rows] a').first().waitFor();
    expect(page.url()).not.toContain('nobody');
    expect(await page.locator('[data-rows] tr').count()).toBe(all);
    await page.goForward();
    await page.getByText('Nothing matches').waitFor();
    expect(await page.getByLabel('Recipient', { exact: true }).inputValue()).toBe('nobody');
  });

  it('help lists the keys, and closes', async () => {
    await startAudited();
    await page.goto(`${herald.url}/console`);
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keyboard' });
    await help.waitFor();
    expect(await help.innerText()).toContain('History');
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'hidden' });
  });

  describe('with a mail in doubt', () => {
    let smtp: FaultySmtp;
    beforeEach(async () => {
      smtp = await startFaultySmtp(({ stage }) => (stage === 'dot' ? 'drop' : undefined));
      herald = await startTestHerald({ HERALD_MAIL: `smtp://127.0.0.1:${smtp.port}` });
      await herald.publishAll(SMALL_WORLD);
      await herald.publish(anEvent('now', 'digest.requested', { userId: 'ada', partnerId: 'nordlicht' }));
      await herald.moveTo('2026-03-02T09:00:00.000Z');
      await herald.settled();
    });
    afterEach(() => smtp.close());

    it('an admin signs in, sees what needs a person, and resolves it', async () => {
      const { admin } = await herald.withKeys({});
      await page.goto(herald.url);
      await page.getByLabel('API key').fill(admin.key);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page
        .getByRole('link', { name: 'Sign out' })
        .or(page.getByRole('button', { name: 'Sign out' }))
        .waitFor();
      const doubts = page.locator('main li').filter({ hasText: 'Outcomes in doubt' });
      await doubts.getByRole('link', { name: 'Resolve them' }).click();
      await page.waitForURL(/outcome-unknown/);
      await page.locator('[data-rows] a').first().click();
      await page.getByText('Say what became of it', { exact: true }).click();
      await page.getByLabel('It arrived').check();
      await page.getByLabel('Why, for the record').fill('It is in her mailbox');
      await page.getByRole('button', { name: 'Record' }).click();
      await page.getByText('The outcome is recorded.').waitFor();
      const resolved = (await herald.events()).filter(({ type }) => type === 'OutcomeResolved');
      expect(resolved).toMatchObject([{ data: { as: 'delivered', reason: 'It is in her mailbox' } }]);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByText('You have signed out.').waitFor();
    });
  });
});
