import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasChromium, startChromium } from '../browsers/chromium.js';
import { type KeyClient, startTestHerald, type TestHerald } from '../http/herald.js';

describe.skipIf(!hasChromium)('what was typed into a form', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let herald: TestHerald;
  let admin: KeyClient;
  let namesake: KeyClient;
  beforeAll(async () => {
    [browser, herald] = await Promise.all([startChromium(), startTestHerald()]);
    ({ admin } = await herald.withKeys({}));
    ({ admin: namesake } = await herald.withKeys({}, admin));
  });
  afterAll(async () => {
    await browser.close();
    await herald.stop();
  });
  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
  });
  afterEach(() => context.close());

  const open = (path: string) => page.goto(`${herald.url}/console${path}`);
  const signIn = async ({ key }: KeyClient) => {
    await page.getByLabel('API key').fill(key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
  };
  const hold = async (reason: string) => {
    await open('/operations/sending/hold');
    await page.getByLabel('Reason').fill(reason);
    await page.getByRole('button').filter({ hasText: 'Hold' }).click();
  };
  const reason = () => page.getByLabel('Reason').inputValue();

  const typedAndSignedOut = async () => {
    await open('');
    await signIn(admin);
    await open('/operations/sending/hold');
    await page.getByLabel('Reason').fill('The relay moves tonight');
    await context.clearCookies();
    await page.getByRole('button').filter({ hasText: 'Hold' }).click();
    await page.getByText('what you sent was not done').waitFor();
  };

  it('is there again after the session was over, once the same person has signed in', async () => {
    await typedAndSignedOut();
    await signIn(admin);
    await page.getByText('What you typed is here again').waitFor();
    expect(await reason()).toBe('The relay moves tonight');
    await open('/operations/sending/hold');
    expect(await reason()).toBe('');
  });

  it('is not shown to somebody else of the same name, and is not kept meanwhile', async () => {
    await typedAndSignedOut();
    await signIn(namesake);
    expect(await reason()).toBe('');
    expect(await page.evaluate<number>('sessionStorage.length')).toBe(0);
  });

  it('is forgotten as soon as somebody else opens another page', async () => {
    await typedAndSignedOut();
    await open('/sign-in');
    await signIn(namesake);
    expect(await page.evaluate<number>('sessionStorage.length')).toBe(0);
  });

  it('is there again in the form that it was typed into, and changes no button', async () => {
    await open('');
    await signIn(admin);
    await open('/test-clock');
    const day = page.getByRole('button', { name: '+ 1 day' });
    const to = await day.getAttribute('value');
    await page.getByLabel('Move to').fill('2027-01-01T00:00');
    await context.clearCookies();
    await page.getByRole('button', { name: 'Move', exact: true }).click();
    await page.getByText('what you sent was not done').waitFor();
    await signIn(admin);
    await page.getByText('What you typed is here again').waitFor();
    expect(await page.getByLabel('Move to').inputValue()).toBe('2027-01-01T00:00');
    expect(await day.getAttribute('value')).toBe(to);
  });

  it('is there again after it was refused, by the way back', async () => {
    await open('');
    await signIn(admin);
    await open('/keys/new');
    await page.locator('#name').fill('The CMS of Aurora');
    await page.getByLabel('Only these').check();
    await page.locator('#solutions').fill('not an id!');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('link', { name: 'Back to the page' }).click();
    await page.getByText('What you typed is here again').waitFor();
    expect(await page.locator('#solutions').inputValue()).toBe('not an id!');
    expect(await page.locator('#name').inputValue()).toBe('The CMS of Aurora');
    expect(await page.getByLabel('Only these').isChecked()).toBe(true);
  });

  it('is gone once it was done', async () => {
    await open('');
    await signIn(admin);
    await hold('The relay moves');
    await page.getByText('Sending is held. Decisions continue').waitFor();
    await open('/operations/sending/hold');
    expect(await reason()).toBe('');
  });
});
