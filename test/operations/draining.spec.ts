import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type Instance, startInstance } from '../chaos/instance.js';
import { anEvent } from '../http/events.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { startFaultySmtp } from '../mail/faulty-smtp.js';
import { until } from '../until.js';

const folder = mkdtempSync(join(tmpdir(), 'herald-draining-'));
let herald: Instance | undefined;
afterEach(async () => {
  await herald?.kill();
  rmSync(folder, { recursive: true, force: true });
});

const status = async (path: string): Promise<number> => (await fetch(`${herald?.url}${path}`)).status;

it('An instance that stops is not ready at once, while mails that are being sent may finish', async () => {
  const smtp = await startFaultySmtp(({ stage }) => (stage === 'dot' ? 'stall' : undefined));
  herald = await startInstance(folder, {
    ...{ HERALD_MAIL: `smtp://127.0.0.1:${smtp.port}`, HERALD_STOP_WITHIN: '60' },
  });
  expect(await status('/health/ready')).toBe(200);
  await herald.publish(
    ...SMALL_WORLD,
    anEvent('now', 'digest.requested', { userId: 'ada', partnerId: 'nordlicht' }),
  );
  await until(
    async () => smtp.received.length,
    (count) => count === 1,
  );
  const stopped = herald.stop();
  await until(
    () => status('/health/ready'),
    (code) => code === 503,
    10_000,
  );
  expect(await status('/health/live')).toBe(200);
  await herald.kill();
  await stopped;
  await smtp.close();
});
