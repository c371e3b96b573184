import type { Build } from './build.js';

/** A rebuild has changed or got on, at this instance. Published on Nest's EventBus, several times a second while it works. */
export class RebuildReported {
  constructor(readonly build: Build) {}
}
