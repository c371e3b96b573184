import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { it } from 'vitest';

const PATH = process.env.HERALD_TEST_CHROMIUM ?? '/usr/bin/chromium';

/** Whether there is a Chromium; where there is none, a skipped test says so. */
export const hasChromium = existsSync(PATH);

if (!hasChromium)
  it.skip(`needs Chromium: install it, or set HERALD_TEST_CHROMIUM; there is none at ${PATH}`);

/** What keeps pages from reaching this machine in newer versions is switched off: not every browser has it. */
const SWITCHED_OFF = [
  ...['LocalNetworkAccessChecks', 'LocalNetworkAccessChecksWarn', 'LocalNetworkAccessChecksWebSockets'],
  ...['BlockInsecurePrivateNetworkRequests', 'PrivateNetworkAccessSendPreflights', 'HttpsUpgrades'],
];

/** A Chromium for which `evil.test` is this machine. */
export const startChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: PATH,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
      '--host-resolver-rules=MAP evil.test 127.0.0.1, MAP *.evil.test 127.0.0.1',
      `--disable-features=${SWITCHED_OFF.join(',')}`,
    ],
  });
