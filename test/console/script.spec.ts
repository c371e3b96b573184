import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasChromium, startChromium } from '../browsers/chromium.js';
import { type KeyClient, startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { until } from '../until.js';

describe.skipIf(!hasChromium)('the script of the console', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let herald: TestHerald;
  let admin: KeyClient;
  beforeAll(async () => {
    [browser, herald] = await Promise.all([startChromium(), startTestHerald()]);
    await herald.publishAll(SMALL_WORLD);
    ({ admin } = await herald.withKeys({}));
  });
  afterAll(async () => {
    await browser.close();
    await herald.stop();
  });
  beforeEach(async () => {
    context = await browser.newContext({ extraHTTPHeaders: { authorization: `Bearer ${admin.key}` } });
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
  });
  afterEach(() => context.close());

  const open = (path: string) => page.goto(`${herald.url}/console${path}`);
  const follow = (name: string) => page.getByRole('link', { name, exact: true }).click();
  const hasHeading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();
  const focused = () => page.evaluate<string>('document.activeElement.id || document.activeElement.tagName');
  const focusedText = () => page.evaluate<string>('document.activeElement.textContent');

  describe('filters', () => {
    it('take a date that is typed digit by digit, and look when Enter is pressed', async () => {
      await open('/history');
      await page.getByLabel('Decided from (UTC)').focus();
      await page.keyboard.type('03022026');
      expect(await page.getByLabel('Decided from (UTC)').inputValue()).toBe('2026-03-02');
      await page.keyboard.press('Enter');
      await page.waitForURL(/from=2026-03-02$/);
    });

    it('keep the focus of whoever goes from a field that is filled to the next one', async () => {
      await open('/history');
      await page.getByLabel('Recipient', { exact: true }).fill('ada');
      await page.keyboard.press('Tab');
      await page.keyboard.type('nordlicht');
      await page.keyboard.press('Enter');
      await page.waitForURL(/recipient=ada&partner=nordlicht$/);
    });

    it('apply what is chosen from a list at once, where the focus stays, with the last choice of several', async () => {
      await open('/history');
      await page.getByLabel('Notification', { exact: true }).focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.waitForURL(/rule=no-social-media-content$/);
      await until(focused, (id) => id === 'f-rule');
      expect(await page.locator('#f-rule').inputValue()).toBe('no-social-media-content');
      expect(await page.locator('#f-rule').isVisible()).toBe(true);
    });

    it('apply what is chosen while a page is being replaced, and replace that as well', async () => {
      await open('/history');
      await page.evaluate(`{
        const before = document.getElementById('f-rule');
        window.isSame = true;
        new MutationObserver((_, observer) => {
          const list = document.getElementById('f-rule');
          if (!list || list === before) return;
          observer.disconnect();
          list.value = 'account-expired';
          list.dispatchEvent(new Event('change', { bubbles: true }));
        }).observe(document.body, { childList: true });
      }`);
      await page.getByLabel('Notification', { exact: true }).selectOption('no-social-media-content');
      await page.waitForURL(/rule=account-expired$/);
      await until(focused, (id) => id === 'f-rule');
      expect(await page.evaluate('window.isSame')).toBe(true);
    });
  });

  it('leaves the history its title', async () => {
    await open('/history');
    await page.locator('#counts strong').waitFor();
    expect(await page.title()).toBe('[Test] History · Herald');
  });

  it('leads to the heading of a page that back and forward restore', async () => {
    await open('/people');
    await follow('History');
    await hasHeading('History');
    await page.goBack();
    await hasHeading('People');
    await until(focused, (id) => id === 'H1');
    expect(await page.getByRole('button', { name: 'Keyboard' }).isVisible()).toBe(true);
  });

  it('leaves single keys alone once they are switched off, in every page of this browser, and takes them again', async () => {
    await open('/people');
    const box = page.getByLabel('Use these keys in this browser');
    const press = async (isOff: boolean) => {
      await page.getByRole('button', { name: 'Keyboard' }).click();
      expect(await box.isChecked()).toBe(isOff);
      await box.click();
      await page.keyboard.press('Escape');
      await open('/people');
      await page.keyboard.press('/');
    };
    await press(true);
    expect(await focused()).toBe('BODY');
    await page.keyboard.press('?');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await press(false);
    expect(await focused()).toBe('find');
  });

  it('names the key of the help only while it does something, in every tab', async () => {
    const other = await context.newPage();
    await other.goto(`${herald.url}/console/people`);
    await open('/people');
    const hints = () => Promise.all([page, other].map((tab) => tab.locator('[data-help] kbd').isVisible()));
    const toggle = async () => {
      await page.getByRole('button', { name: 'Keyboard' }).click();
      await page.getByLabel('Use these keys in this browser').click();
      await page.keyboard.press('Escape');
    };
    expect(await hints()).toEqual([true, true]);
    await toggle();
    await until(hints, (shown) => !shown.includes(true));
    await other.keyboard.press('?');
    expect(await other.getByRole('dialog').count()).toBe(0);
    await open('/people');
    expect(await hints()).toEqual([false, false]);
    await toggle();
    await until(hints, (shown) => !shown.includes(false));
    await other.keyboard.press('?');
    await other.getByRole('dialog').waitFor();
  });

  it('opens the page of the last link that was clicked', async () => {
    await open('');
    let answer: (() => void) | undefined;
    const isOver = new Promise<void>((resolve) => {
      const look = (request: Request) => request.url().endsWith('/people') && resolve();
      page.on('requestfinished', look).on('requestfailed', look);
    });
    await page.route('**/console/people', async (route) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      await route.continue().catch(() => {});
    });
    await page.route('**/console/partners', async (route) => {
      answer?.();
      await isOver;
      await route.continue();
    });
    await follow('People');
    await until(
      async () => answer,
      (asked) => asked !== undefined,
    );
    await follow('Partners');
    await hasHeading('Partners');
    expect(page.url()).toContain('/console/partners');
  });

  describe('shows that a page waits for an answer', () => {
    const isWaiting = () =>
      page.evaluate<boolean>("getComputedStyle(document.querySelector('main')).opacity < 1");

    /** Holds the answer to a path back. @returns what resolves when it is asked for, and what lets it through. */
    const heldBack = async (path: string) => {
      let release = () => {};
      const isReleased = new Promise<void>((resolve) => {
        release = resolve;
      });
      const asked = page.waitForRequest(`**${path}`);
      await page.route(`**${path}`, async (route) => {
        await isReleased;
        await route.continue().catch(() => {});
      });
      return { asked, release };
    };

    it('to a link, until there is one', async () => {
      await open('/people');
      const { asked, release } = await heldBack('/console/agenda');
      await follow('Agenda');
      await asked;
      await until(isWaiting, (is) => is);
      release();
      await hasHeading('Agenda');
      expect(await isWaiting()).toBe(false);
    });

    it('but not where a part of it is refreshed', async () => {
      await open('/operations');
      const { asked, release } = await heldBack('/console/operations');
      await asked;
      await page.locator('#now.htmx-request').waitFor();
      expect(await page.locator('#page.htmx-request').count()).toBe(0);
      release();
    });
  });

  describe('says so where there is no answer', () => {
    const notice = () => page.getByRole('alert').filter({ hasText: 'No page came back' });

    it.each([
      ['from nobody', { abort: true }],
      ['from a proxy in front of it', { abort: false }],
    ])('%s, and leaves the page', async (_, { abort }) => {
      await open('/people');
      expect(await notice().isVisible()).toBe(false);
      await page.route('**/console/history', (route) =>
        abort
          ? route.abort()
          : route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>502 Bad Gateway</h1>' }),
      );
      await follow('History');
      await notice().waitFor();
      await hasHeading('People');
      expect(page.url()).toContain('/console/people');
      await page.unroute('**/console/history');
      await follow('History');
      await hasHeading('History');
      expect(await notice().isVisible()).toBe(false);
    });

    it('to a part that is refreshed, and no longer once there is one', async () => {
      await open('/operations');
      await context.setOffline(true);
      await notice().waitFor();
      await context.setOffline(false);
      await notice().waitFor({ state: 'hidden' });
    });
  });

  describe('sends a form once', () => {
    it('that a double click would send twice: a key is rotated once', async () => {
      const { cms } = await herald.withKeys({ cms: { role: 'auditor' } }, admin);
      await open(`/keys/${cms.id}`);
      const rotate = page.getByRole('button', { name: 'Rotate' });
      await rotate.evaluate((button: { click(): void }) => {
        button.click();
        setTimeout(() => button.click(), 20);
      });
      await hasHeading('Key rotated');
      const rotations = (await herald.events()).filter(({ type }) => type === 'ApiKeyRotated');
      expect(rotations).toMatchObject([{ data: { keyId: cms.id } }]);
    });

    it('and again once there was no answer, and leads to what was done', async () => {
      await open('/operations/sending/hold');
      await page.getByLabel('Reason').fill('A try');
      await page.route('**/console/operations/sending/hold', (route) => route.abort());
      await page.getByRole('button').filter({ hasText: 'Hold' }).click();
      await page.getByText('No page came back').waitFor();
      await page.unroute('**/console/operations/sending/hold');
      await page.getByRole('button').filter({ hasText: 'Hold' }).click();
      await page.getByText('Sending is held.').waitFor();
      expect(await focusedText()).toContain('Sending is held.');
    });
  });
});
