import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FeedFollower } from '../../src/application/read-models/engine/feed-follower.js';
import { Projections } from '../../src/application/read-models/engine/projections.js';
import { ReadModels } from '../../src/application/read-models/engine/read-models.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { until } from '../until.js';

let folder: string;
let herald: TestHerald;
let isHeld = false;

const start = () =>
  startTestHerald({
    HERALD_EVENT_STORE: `sqlite:${folder}/events.db`,
    HERALD_READ_MODELS: `sqlite:${folder}/read-models`,
  });

/** The people are not folded while that is held; everything else is. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'herald-first-build-'));
  const { foldNext } = FeedFollower.prototype;
  vi.spyOn(FeedFollower.prototype, 'foldNext').mockImplementation(async function (
    this: FeedFollower,
    projector,
  ) {
    if (isHeld && projector.projection.name === 'people') return false;
    return foldNext.call(this, projector);
  });
  herald = await start();
  await herald.publishAll(SMALL_WORLD);
  await herald.settled();
  await herald.stop();
  rmSync(join(folder, 'read-models'), { recursive: true });
  isHeld = true;
  herald = await start();
});
afterEach(async () => {
  isHeld = false;
  await herald.stop();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const people = () => herald.get<{ items: unknown[]; code?: string }>('/v1/people');

const REFUSED = {
  status: 503,
  body: { code: 'read-models-rebuilding', detail: expect.stringContaining('for the first time') },
};

it('What auditors ask is refused while a read model is built from the log for the first time.', async () => {
  expect(await people()).toMatchObject(REFUSED);
  expect(await herald.get('/v1/notifications')).toMatchObject(REFUSED);
  expect((await herald.get('/v1/projections')).status).toBe(200);
  expect((await herald.get('/health/ready')).status).toBe(200);
  isHeld = false;
  const { body } = await until(people, ({ status }) => status === 200);
  expect(body.items.length).toBeGreaterThan(0);
});

it('That the end of a first build cannot be noted ends nothing: it is noted later.', async () => {
  const note = vi.spyOn(ReadModels.prototype, 'noteFirstBuild').mockRejectedValueOnce(new Error('Away.'));
  isHeld = false;
  await until(people, ({ status }) => status === 200);
  expect(note.mock.calls.filter(([{ name }]) => name === 'people').length).toBeGreaterThan(1);
});

it('Documents that open late, and lack everything, are being built for the first time as well.', async () => {
  await herald.stop();
  rmSync(join(folder, 'read-models'), { recursive: true });
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { openProjector } = Projections.prototype;
  vi.spyOn(Projections.prototype, 'openProjector').mockImplementation(async function (
    this: Projections,
    projection,
    collection,
  ) {
    if (projection.name === 'people') await opened;
    return openProjector.call(this, projection, collection);
  });
  herald = await start();
  expect(await people()).toMatchObject(REFUSED);
  open();
  expect(await people()).toMatchObject(REFUSED);
  isHeld = false;
  await until(people, ({ status }) => status === 200);
});

it('A first build that was interrupted is still one after the next start.', async () => {
  const [first] = await herald.events();
  const name = herald.herald.app.get(Projections).projector('people')?.collection.name;
  await herald.stop();
  const file = new Database(join(folder, 'read-models', `${name}.db`));
  file.prepare('INSERT INTO checkpoints VALUES (?, ?)').run(name, first?.position);
  file.close();
  herald = await start();
  expect(await people()).toMatchObject(REFUSED);
  isHeld = false;
  await until(people, ({ status }) => status === 200);
  expect([...(await herald.herald.app.get(ReadModels).peek()).values()].some((one) => one.isFirstBuild)).toBe(
    false,
  );
});
